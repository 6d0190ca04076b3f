#include "trainer/device/graphs.h"

#include <algorithm>
#include <cmath>

namespace repotune::device {

BatchShape batch_shape(const TrainerModel& model, const DevicePlan& plan, const std::vector<Segment>& segments, int64_t loss_rows,
                       bool largest_chunks) {
  BatchShape shape;
  shape.tokens = segments.back().end;
  shape.loss_rows = loss_rows;
  for (const Layer& layer : model.layers) {
    auto& chunks = shape.chunks[layer.window > 0];
    if (chunks.empty())
      chunks = largest_chunks ? equal_chunks(segments, layer.window, plan.query_chunk)
                              : query_chunks(segments, layer.window, plan.query_chunk, model.n_head);
  }
  return shape;
}

BlockInput StepGraphs::block(Graph& g, size_t layer, const UnpackedBlock& weights) const {
  const Layer& l = model_.layers[layer];
  const bool window = l.window > 0;
  const Attention attention{
      {model_.n_head, model_.n_head_kv, model_.head_dim, model_.attention_scale, l.window}, shape_.chunks[window], state_.masks[window]};
  return {model_,
          l,
          state_.layer(layer),
          weights,
          attention,
          ggml_view_1d(g.context(), state_.positions, shape_.tokens, 0),
          l.rope->scaling.factors.empty() ? nullptr : state_.rope_factors,
          state_.input(g, layer, shape_.tokens),
          state_.attention(g, layer, shape_.tokens),
          adapter_scale_,
          state_.kept(g, layer, shape_.tokens)};
}

void StepGraphs::embed(Graph& g, const Weights& weights) const {
  ggml_tensor* x = weights.embedded(g, ggml_view_1d(g.context(), state_.tokens, shape_.tokens, 0));
  if (model_.arch->scaled_embedding) x = ggml_scale(g.context(), x, std::sqrt((float)model_.n_embd));
  g.add_into(x, state_.input(g, 0, shape_.tokens));
}

void StepGraphs::forward(Graph& g, size_t layer, const UnpackedBlock& weights) const {
  block_forward(g, block(g, layer, weights), state_.input(g, layer + 1, shape_.tokens));
}

void StepGraphs::backward(Graph& g, size_t layer, const UnpackedBlock& weights) const {
  ggml_context* c = g.context();
  block_backward(g, block(g, layer, weights), state_.gradient(g, shape_.tokens), state_.gain, state_.block_gradients(),
                 layer > state_.first_adapted());
  g.add(ggml_add_inplace(c, state_.gradients_of(g, layer), ggml_mul(c, state_.block_gradient(), state_.gain)));
}

LossInput StepGraphs::head_input(Graph& g, const Unpacked& head) const {
  return {model_, state_.output_norm, head, state_.input(g, model_.layers.size(), shape_.tokens)};
}

void StepGraphs::loss(Graph& g, int64_t chunk, const Unpacked& head, bool with_gradient) const {
  ggml_context* c = g.context();
  const int64_t from = chunk * plan_.loss_rows, count = std::min(plan_.loss_rows, shape_.loss_rows - from);
  const size_t at = (size_t)from * sizeof(float);
  const LossChunk rows{ggml_view_1d(c, state_.loss_rows, count, at), ggml_view_1d(c, state_.loss_labels, count, at),
                       ggml_view_2d(c, state_.loss_weights, 1, count, sizeof(float), at)};
  cross_entropy(g, head_input(g, head), rows, ggml_view_1d(c, state_.loss_sums, 1, (size_t)chunk * sizeof(float)),
                with_gradient ? state_.gradient(g, shape_.tokens) : nullptr);
}

ggml_tensor* StepGraphs::logits(Graph& g, int64_t from, int64_t count, const Unpacked& head) const {
  const LossInput in = head_input(g, head);
  ggml_tensor* rows = ggml_view_2d(g.context(), in.hidden, model_.n_embd, count, in.hidden->nb[1], (size_t)from * in.hidden->nb[1]);
  return g.add_output(head_logits(g, in, rows));
}

}  // namespace repotune::device
