#pragma once
// The graphs of a step over one micro-batch, on tensors that live on the device: for the plan and for the step itself.
#include "trainer/device/state.h"

namespace repotune::device {

/** The properties of a micro-batch that the graphs' shapes depend on. */
struct BatchShape {
  int64_t tokens = 0;                 // a multiple of kTokenUnit
  std::vector<QueryChunk> chunks[2];  // for full and windowed attention, as State::masks
  int64_t loss_rows = 0;
};

/** `segments` cover all tokens. With `largest_chunks`, attention needs as much memory as with any chunks of that plan. */
BatchShape batch_shape(const TrainerModel& model, const DevicePlan& plan, const std::vector<Segment>& segments, int64_t loss_rows,
                       bool largest_chunks = false);

class StepGraphs {
 public:
  StepGraphs(const TrainerModel& model, const DevicePlan& plan, const State& state, const BatchShape& shape, float adapter_scale)
      : model_(model), plan_(plan), state_(state), shape_(shape), adapter_scale_(adapter_scale) {}

  /** The embeddings of the tokens, as the first block's input. */
  void embed(Graph& g, const Weights& weights) const;
  void forward(Graph& g, size_t layer, const UnpackedBlock& weights) const;
  /** Adds the block's gradients to the total. */
  void backward(Graph& g, size_t layer, const UnpackedBlock& weights) const;
  int64_t loss_chunks() const { return (shape_.loss_rows + plan_.loss_rows - 1) / plan_.loss_rows; }
  void loss(Graph& g, int64_t chunk, const Unpacked& head, bool with_gradient) const;
  /** Logits [n_vocab, count] of tokens [from, from + count). */
  ggml_tensor* logits(Graph& g, int64_t from, int64_t count, const Unpacked& head) const;

 private:
  BlockInput block(Graph& g, size_t layer, const UnpackedBlock& weights) const;
  LossInput head_input(Graph& g, const Unpacked& head) const;

  const TrainerModel& model_;
  const DevicePlan& plan_;
  const State& state_;
  const BatchShape& shape_;
  float adapter_scale_;
};

}  // namespace repotune::device
