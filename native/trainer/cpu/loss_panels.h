#pragma once
// The head's loss with 16-bit products: stores exponentials instead of logits, in the kernels' order, in half the memory.
#include "kernels/panels.h"
#include "trainer/cpu/loss.h"

namespace repotune {

/**
 * As cross_entropy, for gathered and normed rows: normed, dnormed [count, n_embd]. Writes each row's loss, without its weight. Throws
 * Cancelled.
 */
void panels_cross_entropy(const PanelKernel& kernel, Pool& pool, const TrainerModel& model, const LossRow* rows, int64_t count,
                          const float* normed, float gradient_scale, float* dnormed, double* losses, LossScratch& scratch,
                          const std::atomic<bool>& cancel);

/** Rows whose exponentials take about `bytes`. */
int64_t panels_chunk_rows(const PanelKernel& kernel, int64_t n_vocab, int64_t bytes);

}  // namespace repotune
