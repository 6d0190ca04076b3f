#include "trainer/device/state.h"

#include <algorithm>

namespace repotune::device {

namespace {

/** Views of the adapter begin at multiples of this, in floats: no driver asks for more than 256 bytes. */
constexpr int64_t kAlignment = 64;

int64_t aligned(int64_t floats) { return (floats + kAlignment - 1) / kAlignment * kAlignment; }

/** The longest masks of a micro-batch, in elements: every chunk sees all keys before it. */
int64_t most_mask_elements(const DevicePlan& plan) {
  int64_t elements = 0;
  for (int64_t q0 = 0; q0 < plan.micro_batch_tokens; q0 += plan.query_chunk) {
    const int64_t q1 = std::min(q0 + plan.query_chunk, plan.micro_batch_tokens);
    elements += (q1 - q0) * q1;
  }
  return elements;
}

}  // namespace

State::State(const TrainerModel& model, int64_t rank, const DevicePlan& plan) : model_(model), rank_(rank) {
  const size_t layers = model.layers.size();
  adapter_context_.reset(ggml_init({ggml_tensor_overhead() * (8 + (layers + 1) * 2 * kLinears), nullptr, true}));
  context_.reset(ggml_init({ggml_tensor_overhead() * (32 + layers * (kLinears + 14)), nullptr, true}));
  ggml_context* c = context_.get();
  while (first_adapted_ + 1 < layers && !model.layers[first_adapted_].linear[kQ].adapted()) first_adapted_++;
  lay_out_adapter(rank);
  lay_out_vectors();
  const int64_t T = plan.micro_batch_tokens;
  const auto kept = [&](std::vector<ggml_tensor*>& of, int64_t width, size_t i, size_t turns) {
    of.push_back(i < first_adapted_ && i >= turns ? of[i - turns] : ggml_new_tensor_2d(c, GGML_TYPE_F32, width, T));
  };
  for (size_t i = 0; i <= layers; i++) kept(inputs_, model.n_embd, i, 2);
  for (size_t i = 0; i < layers; i++) kept(attentions_, model.n_head * model.head_dim, i, 1);
  kept_.resize(layers);
  for (size_t i = layers - (size_t)plan.kept_blocks; i < layers; i++) {
    const auto out_of = [&](LinearId id) { return ggml_new_tensor_2d(c, GGML_TYPE_F32, model.layers[i].linear[id].w.n_out, T); };
    kept_[i] = {out_of(kQ), out_of(kK), out_of(kV), ggml_new_tensor_2d(c, GGML_TYPE_F32, model.n_embd, T), out_of(kGate), out_of(kUp)};
  }
  gradient_ = ggml_new_tensor_2d(c, GGML_TYPE_F32, model.n_embd, T);
  tokens = ggml_new_tensor_1d(c, GGML_TYPE_I32, T);
  positions = ggml_new_tensor_1d(c, GGML_TYPE_I32, T);
  bool windows = false, all = false;
  for (const Layer& layer : model.layers) (layer.window > 0 ? windows : all) = true;
  for (const int i : {0, 1})
    if (i ? windows : all) masks[i] = ggml_new_tensor_1d(c, GGML_TYPE_F16, most_mask_elements(plan));
  loss_rows = ggml_new_tensor_1d(c, GGML_TYPE_I32, T);
  loss_labels = ggml_new_tensor_1d(c, GGML_TYPE_I32, T);
  loss_weights = ggml_new_tensor_1d(c, GGML_TYPE_F32, T);
  loss_sums = ggml_new_tensor_1d(c, GGML_TYPE_F32, (T + plan.loss_rows - 1) / plan.loss_rows);
  gain = ggml_new_tensor_1d(c, GGML_TYPE_F32, 1);
}

void State::lay_out_adapter(int64_t rank) {
  for (size_t id = 0; id < kLinears; id++) {
    const Weight& w = model_.layers[0].linear[id].w;
    a_[id] = block_size_;
    b_[id] = block_size_ += aligned(rank * w.n_in);
    block_size_ += aligned(rank * w.n_out);
  }
  ggml_context* c = adapter_context_.get();
  const int64_t layers = (int64_t)(model_.layers.size() - first_adapted_);
  adapter_ = ggml_new_tensor_1d(c, GGML_TYPE_F32, block_size_ * layers);
  gradients_ = ggml_new_tensor_1d(c, GGML_TYPE_F32, block_size_ * layers);
  block_gradient_ = ggml_new_tensor_1d(c, GGML_TYPE_F32, block_size_);
  layers_.resize(model_.layers.size());
  const auto matrix = [&](ggml_tensor* of, int64_t n0, int64_t n1, int64_t at) {
    return ggml_view_2d(c, of, n0, n1, (size_t)n0 * sizeof(float), (size_t)at * sizeof(float));
  };
  for (size_t id = 0; id < kLinears; id++) {
    const Weight& w = model_.layers[0].linear[id].w;
    block_gradients_.a[id] = matrix(block_gradient_, w.n_in, rank, a_[id]);
    block_gradients_.b[id] = matrix(block_gradient_, rank, w.n_out, b_[id]);
    for (int64_t i = 0; i < layers; i++) {
      LayerTensors& layer = layers_[first_adapted_ + (size_t)i];
      layer.a[id] = matrix(adapter_, w.n_in, rank, i * block_size_ + a_[id]);
      layer.b[id] = matrix(adapter_, rank, w.n_out, i * block_size_ + b_[id]);
    }
  }
}

void State::lay_out_vectors() {
  const auto vector = [&](const std::vector<float>& values) -> ggml_tensor* {
    if (values.empty()) return nullptr;
    ggml_tensor* tensor = ggml_new_tensor_1d(context_.get(), GGML_TYPE_F32, (int64_t)values.size());
    vectors_.push_back({tensor, &values});
    return tensor;
  };
  for (size_t i = 0; i < model_.layers.size(); i++) {
    const Layer& layer = model_.layers[i];
    LayerTensors& t = layers_[i];
    for (size_t id = 0; id < kLinears; id++) t.bias[id] = vector(layer.linear[id].bias);
    t.attn_norm = vector(layer.attn_norm);
    t.ffn_norm = vector(layer.ffn_norm);
    t.q_norm = vector(layer.q_norm);
    t.k_norm = vector(layer.k_norm);
    t.attn_post_norm = vector(layer.attn_post_norm);
    t.ffn_post_norm = vector(layer.ffn_post_norm);
  }
  output_norm = vector(model_.output_norm);
  // Frequency factors belong to the whole model; layers with a window have none.
  for (const Layer& layer : model_.layers)
    if (!rope_factors && layer.window == 0) rope_factors = vector(layer.rope->scaling.factors);
}

void State::allocate(Executor& executor) {
  executor.allocate(adapter_context_.get(), "adapter");
  executor.allocate(context_.get(), "activations");
  for (const Vector& v : vectors_) executor.set(v.tensor, v.values->data(), v.values->size() * sizeof(float));
}

void State::mark_planned() {
  mark_placed(adapter_context_.get());
  mark_placed(context_.get());
}

int64_t State::bytes_of(ggml_context* context) {
  int64_t bytes = 0;
  for (ggml_tensor* t = ggml_get_first_tensor(context); t; t = ggml_get_next_tensor(context, t))
    if (!t->view_src) bytes += (int64_t)ggml_nbytes(t);
  return bytes;
}

ggml_tensor* State::first(Graph& g, ggml_tensor* x, int64_t tokens) { return ggml_view_2d(g.context(), x, x->ne[0], tokens, x->nb[1], 0); }

KeptActivations State::kept(Graph& g, size_t layer, int64_t tokens) const {
  const KeptActivations& of = kept_[layer];
  if (!of.q) return {};
  return {first(g, of.q, tokens),      first(g, of.k, tokens),    first(g, of.v, tokens),
          first(g, of.middle, tokens), first(g, of.gate, tokens), first(g, of.up, tokens)};
}

ggml_tensor* State::gradients_of(Graph& g, size_t layer) const {
  return ggml_view_1d(g.context(), gradients_, block_size_, (layer - first_adapted_) * (size_t)block_size_ * sizeof(float));
}

void State::set_adapter(Executor& executor, const std::vector<float>& parameters) {
  staging_.assign((size_t)ggml_nelements(adapter_), 0.0f);
  for (size_t i = first_adapted_; i < layers_.size(); i++)
    for (size_t id = 0; id < kLinears; id++) {
      const Linear& linear = model_.layers[i].linear[id];
      float* block = staging_.data() + (i - first_adapted_) * (size_t)block_size_;
      std::copy_n(parameters.data() + linear.a, rank_ * linear.w.n_in, block + a_[id]);
      std::transform(parameters.data() + linear.b, parameters.data() + linear.b + rank_ * linear.w.n_out, block + b_[id],
                     [](float value) { return value * kAdapterGain; });
    }
  executor.set(adapter_, staging_.data(), staging_.size() * sizeof(float));
}

void State::add_gradients(Executor& executor, std::vector<float>& gradients) {
  staging_.resize((size_t)ggml_nelements(gradients_));
  executor.get(gradients_, staging_.data(), staging_.size() * sizeof(float));
  for (size_t i = first_adapted_; i < layers_.size(); i++)
    for (size_t id = 0; id < kLinears; id++) {
      const Linear& linear = model_.layers[i].linear[id];
      const float* block = staging_.data() + (i - first_adapted_) * (size_t)block_size_;
      for (int64_t j = 0; j < rank_ * linear.w.n_in; j++) gradients[(size_t)(linear.a + j)] += block[a_[id] + j] / kAdapterGain;
      for (int64_t j = 0; j < rank_ * linear.w.n_out; j++) gradients[(size_t)(linear.b + j)] += kAdapterGain * block[b_[id] + j];
    }
}

}  // namespace repotune::device
