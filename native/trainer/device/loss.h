#pragma once
// Output norm, head and cross-entropy on a device, in chunks of rows.
#include "trainer/device/weights.h"

namespace repotune::device {

/** One chunk of hidden rows that predict a token with loss. */
struct LossChunk {
  ggml_tensor* rows;     // [count] I32, of `hidden`
  ggml_tensor* labels;   // [count] I32, row * n_vocab + label: places in the logits
  ggml_tensor* weights;  // [1, count]
};

struct LossInput {
  const TrainerModel& model;
  ggml_tensor* output_norm;
  const Unpacked& head;
  ggml_tensor* hidden;  // [n_embd, tokens]
};

/** Factor on the gradient of the logits: the probabilities of a large vocabulary are smaller than halves represent well. */
constexpr float kLogitGain = 4096;

/** Logits [n_vocab, count] of hidden rows [n_embd, count]. */
ggml_tensor* head_logits(Graph& g, const LossInput& input, ggml_tensor* hidden_rows);

/**
 * Writes the chunk's weighted sum of losses to `sum` [1]. With `d` (gradient of `hidden`, divided by kLogitGain's reciprocal; zero in the
 * rows of the chunk before), its rows are written.
 */
void cross_entropy(Graph& g, const LossInput& input, const LossChunk& chunk, ggml_tensor* sum, ggml_tensor* d);

}  // namespace repotune::device
