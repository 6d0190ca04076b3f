#pragma once
// One transformer block on a device: a graph for its forward, and one for its backward, which recomputes what the forward did not keep.
#include "trainer/device/attention.h"
#include "trainer/device/weights.h"

namespace repotune::device {

/** What training needs of a layer on the device besides its large weights. F32. */
struct LayerTensors {
  ggml_tensor* bias[kLinears] = {};                                 // [n_out]; nullptr: none
  ggml_tensor *attn_norm = nullptr, *ffn_norm = nullptr;            // [n_embd]
  ggml_tensor *q_norm = nullptr, *k_norm = nullptr;                 // [head_dim]
  ggml_tensor *attn_post_norm = nullptr, *ffn_post_norm = nullptr;  // [n_embd]
  /** [n_in, rank] and [rank, n_out], the latter times kAdapterGain; nullptr: the block has no adapter. */
  ggml_tensor *a[kLinears] = {}, *b[kLinears] = {};
};

/** B is small at first, and many devices hold the operands of products in half precision: it is stored there times a power of two. */
constexpr float kAdapterGain = 64;

/** What the backward needs of a block besides its input, kept by the forward where memory allows; all nullptr: recomputed. */
struct KeptActivations {
  /** As the linears left them [n_out, tokens], and the sum behind attention [n_embd, tokens]. */
  ggml_tensor *q = nullptr, *k = nullptr, *v = nullptr, *middle = nullptr, *gate = nullptr, *up = nullptr;
};

/** A block and one micro-batch. */
struct BlockInput {
  const TrainerModel& model;
  const Layer& layer;
  const LayerTensors& tensors;
  const UnpackedBlock& weights;
  Attention attention;
  ggml_tensor* positions;      // [tokens] I32
  ggml_tensor* rope_factors;   // [n_rot / 2]; nullptr: none
  ggml_tensor* x;              // [n_embd, tokens]
  ggml_tensor* attention_out;  // [n_head * head_dim, tokens]: computed by the forward, not recomputed by the backward
  float adapter_scale;
  KeptActivations kept;
};

/** Computes the block's output into `y`. */
void block_forward(Graph& g, const BlockInput& block, ggml_tensor* y);

/** Gradients in the order of LayerTensors: of A times kAdapterGain, of B as stored there. */
struct BlockGradients {
  ggml_tensor *a[kLinears] = {}, *b[kLinears] = {};
};

/**
 * d [n_embd, tokens]: in, the gradient of the block's output divided by `gain` [1]; out, that of its input, unless `input_needed` is false.
 * `gain` is updated so that operands stay where halves are dense. The adapter's gradients are written to `gradients`, not yet multiplied by
 * the new gain.
 */
void block_backward(Graph& g, const BlockInput& block, ggml_tensor* d, ggml_tensor* gain, const BlockGradients& gradients,
                    bool input_needed);

}  // namespace repotune::device
