#pragma once
// What stays on the device between graphs: the adapter and its gradients, every layer's vectors, the kept activations.
#include <vector>

#include "trainer/device/block.h"
#include "trainer/device/loss.h"
#include "trainer/device/plan.h"

namespace repotune::device {

class State {
 public:
  /** With room for micro-batches of `plan`'s size. Creates only the tensors: see `allocate` and `mark_planned`. */
  State(const TrainerModel& model, int64_t rank, const DevicePlan& plan);

  /** Allocates everything and uploads the model's vectors. Throws DeviceError. */
  void allocate(Executor& executor);
  /** For planning: marks the tensors as placed. */
  void mark_planned();

  int64_t adapter_bytes() const { return bytes_of(adapter_context_.get()); }
  int64_t kept_bytes() const { return bytes_of(context_.get()); }

  const LayerTensors& layer(size_t i) const { return layers_[i]; }
  const BlockGradients& block_gradients() const { return block_gradients_; }
  ggml_tensor* block_gradient() const { return block_gradient_; }
  /** Blocks below it have no adapter: the gradient ends here. */
  size_t first_adapted() const { return first_adapted_; }
  /** The part of all gradients that belongs to one adapted block. */
  ggml_tensor* gradients_of(Graph& g, size_t layer) const;
  ggml_tensor* gradients() const { return gradients_; }

  /** Uploads the adapter, B times kAdapterGain. */
  void set_adapter(Executor& executor, const std::vector<float>& parameters);
  /** Adds the device's gradients to those of the host. */
  void add_gradients(Executor& executor, std::vector<float>& gradients);

  /** The kept activations of the first `tokens` positions. */
  ggml_tensor* input(Graph& g, size_t layer, int64_t tokens) const { return first(g, inputs_[layer], tokens); }
  ggml_tensor* attention(Graph& g, size_t layer, int64_t tokens) const { return first(g, attentions_[layer], tokens); }
  KeptActivations kept(Graph& g, size_t layer, int64_t tokens) const;
  ggml_tensor* gradient(Graph& g, int64_t tokens) const { return first(g, gradient_, tokens); }
  ggml_tensor* gradient_all() const { return gradient_; }

  ggml_tensor *tokens = nullptr, *positions = nullptr;                                // [tokens] I32
  ggml_tensor* masks[2] = {};                                                         // F16, for full and for windowed attention
  ggml_tensor *loss_rows = nullptr, *loss_labels = nullptr, *loss_weights = nullptr;  // of all chunks
  ggml_tensor* loss_sums = nullptr;                                                   // of each chunk
  ggml_tensor* gain = nullptr;  // [1]: factor still to be applied to the gradient going backward
  ggml_tensor* output_norm = nullptr;
  ggml_tensor* rope_factors = nullptr;

 private:
  static int64_t bytes_of(ggml_context* context);
  static ggml_tensor* first(Graph& g, ggml_tensor* x, int64_t tokens);
  void lay_out_adapter(int64_t rank);
  void lay_out_vectors();

  const TrainerModel& model_;
  int64_t rank_;
  size_t first_adapted_ = 0;
  ggml_context_ptr adapter_context_, context_;
  std::vector<LayerTensors> layers_;
  struct Vector {
    ggml_tensor* tensor;
    const std::vector<float>* values;
  };
  std::vector<Vector> vectors_;
  ggml_tensor *adapter_ = nullptr, *gradients_ = nullptr, *block_gradient_ = nullptr;
  BlockGradients block_gradients_;
  /** Offsets of the linears' A and B in a block, and a block's size, in floats: each aligned for every device. */
  int64_t a_[kLinears] = {}, b_[kLinears] = {}, block_size_ = 0;
  /** Per block, and for the head. Blocks without an adapter share alternating ones. */
  std::vector<ggml_tensor*> inputs_, attentions_;
  std::vector<KeptActivations> kept_;
  ggml_tensor* gradient_ = nullptr;
  std::vector<float> staging_;
};

}  // namespace repotune::device
