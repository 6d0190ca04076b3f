#include "trainer/device/trainer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/errors.h"
#include "trainer/device/columns.h"

namespace repotune::device {

namespace {

/** Padding tokens up to a whole unit: sequences of their own, without loss. */
std::vector<Segment> filled(std::vector<Segment> segments) {
  while (segments.back().end % kTokenUnit != 0) segments.push_back({segments.back().end, segments.back().end + 1});
  return segments;
}

/** Adds the time of its scope. */
class Timing {
 public:
  explicit Timing(double& part) : part_(part) {}
  ~Timing() { part_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - from_).count(); }

 private:
  double& part_;
  std::chrono::steady_clock::time_point from_ = std::chrono::steady_clock::now();
};

}  // namespace

DeviceTrainer::DeviceTrainer(ggml_backend_dev_t device, const TrainerModel& model, const DeviceTrainerOptions& options)
    : model_(model),
      executor_(device, options.executor),
      plan_(plan_device(executor_, model, {options.rank, options.max_tokens, options.budget_bytes, options.step_tokens})) {
  weights_ = std::make_unique<Weights>(executor_, model, plan_.resident, plan_.streamed_blocks, options.rank);
  weights_->load();
  state_ = std::make_unique<State>(model, options.rank, plan_);
  state_->allocate(executor_);
}

void DeviceTrainer::begin(const std::vector<float>& parameters, float adapter_scale) {
  adapter_scale_ = adapter_scale;
  const Timing timing(seconds_.moving);
  state_->set_adapter(executor_, parameters);
  Graph columns(executor_.ops());
  for (size_t i = state_->first_adapted(); i < model_.layers.size(); i++)
    write_adapter_columns(columns, state_->layer(i), weights_->block(i, false, true));
  if (ggml_graph_n_nodes(columns.nodes()) > 0) executor_.run(columns);
  executor_.clear(state_->gradients());
}

void DeviceTrainer::add_gradients(std::vector<float>& gradients) {
  const Timing timing(seconds_.moving);
  state_->add_gradients(executor_, gradients);
}

const UnpackedBlock& DeviceTrainer::unpacked(size_t layer, bool for_backward) {
  const Timing timing(seconds_.unpacking);
  return weights_->block(layer, for_backward);
}

template <typename Build>
void DeviceTrainer::run(double& part, const std::atomic<bool>& cancel, Build build) {
  if (cancel.load(std::memory_order_relaxed)) throw Cancelled();
  const Timing timing(part);
  Graph g(executor_.ops());
  build(g);
  executor_.run(g);
}

void DeviceTrainer::send(const std::vector<Segment>& segments, const BatchShape& shape, const Batch& batch,
                         const std::vector<int32_t>& tokens, const std::vector<LossRow>& rows) {
  const Timing timing(seconds_.moving);
  const auto set = [&](ggml_tensor* to, const auto& values) { executor_.set(to, values.data(), values.size() * sizeof(values[0])); };
  std::vector<int32_t> numbers = tokens;
  numbers.resize((size_t)shape.tokens, 0);
  set(state_->tokens, numbers);
  std::copy(batch.positions.begin(), batch.positions.end(), numbers.begin());
  std::fill(numbers.begin() + batch.tokens, numbers.end(), 0);
  set(state_->positions, numbers);
  bool sent[2] = {};
  for (const Layer& layer : model_.layers) {
    const bool window = layer.window > 0;
    if (!std::exchange(sent[window], true)) set(state_->masks[window], masks_of(segments, layer.window, shape.chunks[window]));
  }
  if (rows.empty()) return;
  std::vector<int32_t> places, labels;
  std::vector<float> weights;
  for (size_t i = 0; i < rows.size(); i++) {
    places.push_back((int32_t)rows[i].row);
    labels.push_back((int32_t)((int64_t)i % plan_.loss_rows * model_.n_vocab + rows[i].label));
    weights.push_back(rows[i].weight);
  }
  set(state_->loss_rows, places);
  set(state_->loss_labels, labels);
  set(state_->loss_weights, weights);
}

BatchShape DeviceTrainer::forward(const Batch& batch, const std::vector<int32_t>& tokens, const std::vector<LossRow>& rows,
                                  const std::atomic<bool>& cancel) {
  const std::vector<Segment> segments = filled(batch.segments);
  const BatchShape shape = batch_shape(model_, plan_, segments, (int64_t)rows.size());
  if (shape.tokens > plan_.micro_batch_tokens)
    throw DeviceError(format("%s has room for %lld tokens at a time, and a row has %lld: train with a smaller context, or on the cpu.",
                             name().c_str(), (long long)plan_.micro_batch_tokens, (long long)shape.tokens));
  send(segments, shape, batch, tokens, rows);
  const StepGraphs graphs(model_, plan_, *state_, shape, adapter_scale_);
  run(seconds_.forward, cancel, [&](Graph& g) { graphs.embed(g, *weights_); });
  for (size_t i = 0; i < model_.layers.size(); i++) {
    const UnpackedBlock& weights = unpacked(i, false);
    run(seconds_.forward, cancel, [&](Graph& g) { graphs.forward(g, i, weights); });
  }
  return shape;
}

double DeviceTrainer::pass(const Batch& batch, const std::vector<int32_t>& tokens, const std::vector<LossRow>& rows, bool with_gradient,
                           float gradient_scale, const std::atomic<bool>& cancel) {
  const BatchShape shape = forward(batch, tokens, rows, cancel);
  const StepGraphs graphs(model_, plan_, *state_, shape, adapter_scale_);
  if (with_gradient) executor_.clear(state_->gradient_all());
  const Unpacked& head = weights_->head();
  for (int64_t chunk = 0; chunk < graphs.loss_chunks(); chunk++)
    run(seconds_.loss, cancel, [&](Graph& g) { graphs.loss(g, chunk, head, with_gradient); });
  std::vector<float> sums((size_t)graphs.loss_chunks());
  executor_.get(state_->loss_sums, sums.data(), sums.size() * sizeof(float));
  double loss = 0;
  for (const float sum : sums) loss += sum;
  if (!with_gradient) return loss;

  const float gain = gradient_scale / kLogitGain;
  executor_.set(state_->gain, &gain, sizeof gain);
  for (size_t i = model_.layers.size(); i-- > state_->first_adapted();) {
    const UnpackedBlock& weights = unpacked(i, true);
    run(seconds_.backward, cancel, [&](Graph& g) { graphs.backward(g, i, weights); });
  }
  return loss;
}

void DeviceTrainer::logits(const Batch& batch, const std::vector<int32_t>& tokens, float* out, const std::atomic<bool>& cancel) {
  const BatchShape shape = forward(batch, tokens, {}, cancel);
  const StepGraphs graphs(model_, plan_, *state_, shape, adapter_scale_);
  const Unpacked& head = weights_->head();
  for (int64_t from = 0; from < batch.tokens; from += plan_.loss_rows) {
    const int64_t count = std::min(plan_.loss_rows, batch.tokens - from);
    ggml_tensor* z = nullptr;
    Graph g(executor_.ops());
    z = graphs.logits(g, from, count, head);
    executor_.run(g);
    executor_.get(z, out + from * model_.n_vocab, (size_t)(count * model_.n_vocab) * sizeof(float));
  }
}

}  // namespace repotune::device
