#pragma once
// Output norm, head and cross-entropy in chunks of rows: the whole batch's logits never exist at once.
#include <atomic>
#include <cstdint>
#include <vector>

#include "common/buffer.h"
#include "common/parallel.h"
#include "trainer/model.h"

namespace repotune {

/** A hidden row that predicts a token with loss. */
struct LossRow {
  int64_t row;
  int32_t label;
  float weight;
};

/** Bytes of F32 logits alive at once: 165 rows of a 152k vocabulary; the larger limit, where memory is plentiful, is as many as pay off. */
constexpr int64_t kLogitBytes = 96 << 20, kMostLogitBytes = 384 << 20;

struct LossScratch {
  /** Wide chunks amortize unpacking the head's weights, without changing a bit of any row. */
  int64_t logit_bytes = kLogitBytes;
  Buffer gathered, normed, dnormed, packed;
  Buffer logits;  // [rows, n_vocab], or their exponentials in the kernels' order
};

/** Logits [rows, n_vocab] of hidden rows [rows, n_embd]. */
void head_logits(Pool& pool, const TrainerModel& model, const float* hidden, int64_t rows, float* logits, LossScratch& scratch);

/** Scratch that cross_entropy needs for `rows` besides its gradient, with the kernels in use. */
int64_t loss_scratch_bytes(const TrainerModel& model, int64_t rows, int64_t logit_bytes);

/**
 * Sum over rows of weight * -log p(label). With `d` (gradient of the hidden rows [tokens, n_embd], overwritten) the
 * gradient of that sum times `gradient_scale`. Throws Cancelled.
 */
double cross_entropy(Pool& pool, const TrainerModel& model, const std::vector<LossRow>& rows, const float* hidden, int64_t tokens,
                     float gradient_scale, float* d, LossScratch& scratch, const std::atomic<bool>& cancel);

}  // namespace repotune
