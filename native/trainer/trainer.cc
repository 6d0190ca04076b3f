#include "trainer/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "common/errors.h"
#include "common/quantize.h"
#include "common/random.h"
#include "kernels/elementwise.h"
#include "kernels/matmul.h"

namespace repotune {

namespace {

/** Random stream of the adapter's initialization. */
constexpr uint64_t kInitStream = 1;

TrainerOptions checked(TrainerOptions o) {
  if (o.rank < 1 || o.rank > 1024) throw UserError(ErrorCode::invalid_argument, "The adapter's rank must be between 1 and 1024.");
  if (o.adapted_blocks < 0) throw UserError(ErrorCode::invalid_argument, "The number of adapted blocks must be 0, for all, or more.");
  if (o.model.threads < 1) throw UserError(ErrorCode::invalid_argument, "Training needs at least one thread.");
  return o;
}

int64_t adapted_blocks(const TrainerOptions& o, const TrainerModel& m) {
  const int64_t blocks = (int64_t)m.layers.size();
  return o.adapted_blocks > 0 ? std::min(o.adapted_blocks, blocks) : blocks;
}

int64_t longest_in(const TrainerOptions& o, const TrainerModel& m) {
  return o.model.max_positions > 0 ? std::min(o.model.max_positions, m.n_ctx) : m.n_ctx;
}

ModelOptions planned(ModelOptions o, const Plan& plan) {
  o.streamed = plan.streamed_bytes > 0;
  return o;
}

}  // namespace

void check_adapter_scale(float adapter_scale) {
  if (!(adapter_scale >= 0 && adapter_scale <= 1))
    throw UserError(ErrorCode::invalid_argument, "An adapter's scale must be between 0 and 1.");
}

Plan plan_training(const TrainerOptions& options) {
  TrainerOptions o = checked(options);
  o.model.header_only = true;
  const auto model = TrainerModel::load(o.model);
  allow_integers(model->arch->integers);
  // A device loads its weights from memory.
  const Streaming streaming = o.device ? Streaming::kNever : Streaming::kWhereNeeded;
  return make_plan(*model, {o.rank, longest_in(o, *model), adapted_blocks(o, *model), o.model.threads, o.device != nullptr,
                            o.memory_budget_bytes, streaming});
}

Trainer::Trainer(const TrainerOptions& options)
    : options_(checked(options)),
      plan_(plan_training(options)),
      model_(TrainerModel::load(planned(options.model, plan_))),
      blocks_(*model_, options.model.path),
      pool_(options.model.threads),
      scale_(options.alpha / (float)options.rank),
      first_adapted_(model_->layers.size() - (size_t)adapted_blocks(options, *model_)),
      frozen_(model_->n_embd, plan_.frozen_bytes) {
  options_.model.max_positions = longest_in(options_, *model_);
  lay_out_parameters();
  inputs_.resize(model_->layers.size() + 1);
  use(options_.device);
}

void Trainer::use(ggml_backend_dev_t device) {
  device_.reset();  // before another one allocates
  if (device && model_->streamed) {
    use(nullptr);
    throw UserError(ErrorCode::over_budget,
                    "The base's weights do not fit the memory allowed, from which a GPU takes them: the CPU reads them block by block.");
  }
  plan_steps(device != nullptr);
  if (!device) return;
  device::DeviceTrainerOptions on_device;
  on_device.rank = options_.rank;
  on_device.max_tokens = longest_sequence();
  on_device.step_tokens = options_.step_tokens;
  on_device.executor = options_.executor;
  on_device.budget_bytes = options_.device_budget_bytes;
  device_ = std::make_unique<device::DeviceTrainer>(device, *model_, on_device);
  plan_.micro_batch_tokens = device_->plan().micro_batch_tokens;
}

void Trainer::plan_steps(bool on_device, int64_t micro_batch_tokens) {
  plan_ = make_plan(*model_, {options_.rank, longest_sequence(), adapted_blocks(options_, *model_), options_.model.threads, on_device,
                              options_.memory_budget_bytes, model_->streamed ? Streaming::kAlways : Streaming::kNever, micro_batch_tokens});
  frozen_ = HiddenCache(model_->n_embd, plan_.frozen_bytes);
  loss_scratch_.logit_bytes = plan_.logit_bytes;
  host_batch_tokens_ = plan_.micro_batch_tokens;
  activations_.clear();
  activations_.resize((size_t)plan_.kept_blocks + 1);
  attentions_.clear();
  attentions_.resize(model_->layers.size());
}

void Trainer::lay_out_parameters() {
  int64_t at = 0;
  for (size_t i = first_adapted_; i < model_->layers.size(); i++)
    for (auto& linear : model_->layers[i].linear) {
      linear.a = at;
      linear.b = at += options_.rank * linear.w.n_in;
      at += options_.rank * linear.w.n_out;
    }
  parameters_.assign((size_t)at, 0.0f);
  gradients_.assign((size_t)at, 0.0f);
  optimizer_ = std::make_unique<AdamW>(options_.adamw, at);
  // A uniform within 1 / sqrt(n_in), B zero, as PEFT does: the adapted model starts as the base.
  for (size_t l = first_adapted_; l < model_->layers.size(); l++)
    for (const auto& linear : model_->layers[l].linear) {
      const float bound = 1.0f / std::sqrt((float)linear.w.n_in);
      for (int64_t i = linear.a; i < linear.b; i++)
        parameters_[(size_t)i] = bound * (2 * uniform(mix64(options_.seed ^ kInitStream), (uint64_t)i) - 1);
    }
}

RowLimits Trainer::limits() const { return {options_.model.max_positions, model_->n_ctx, model_->n_vocab}; }

BlockPass Trainer::pass(const MicroBatch& batch, bool training, float adapter_scale) {
  return {*model_,
          LoraPass{pool_, parameters_.data(), training ? gradients_.data() : nullptr, options_.rank, adapter_scale * scale_, lora_scratch_},
          batch.batch, block_scratch_, cancel_};
}

bool Trainer::keeps(size_t layer) const { return (int64_t)(model_->layers.size() - layer) <= plan_.kept_blocks; }

Activations& Trainer::activations(size_t layer) { return activations_[keeps(layer) ? model_->layers.size() - layer : 0]; }

bool Trainer::keeps_attention(size_t layer) const {
  return !keeps(layer) && (int64_t)(model_->layers.size() - layer) <= plan_.kept_blocks + plan_.kept_attentions;
}

void Trainer::swap_attention(size_t layer) {
  std::swap(activations_[0].attention, attentions_[layer].attention);
  std::swap(activations_[0].lse, attentions_[layer].lse);
}

void Trainer::embed(const MicroBatch& batch, float* x) {
  const Weight& w = model_->embedding;
  const size_t row_bytes = ggml_row_size(w.type, w.n_in);
  const float scale = model_->arch->scaled_embedding ? std::sqrt((float)model_->n_embd) : 1.0f;
  pool_.run([&](int ith, int nth) {
    const Range part = split(batch.batch.tokens, ith, nth);
    for (int64_t t = part.begin; t < part.end; t++) {
      float* row = x + t * w.n_in;
      dequantize_rows(w.type, (const uint8_t*)w.data + (size_t)batch.tokens[(size_t)t] * row_bytes, 1, w.n_in, row);
      if (scale != 1.0f) scale_row(row, w.n_in, scale);
    }
  });
}

void Trainer::forward_frozen(const MicroBatch& batch, float* x) {
  if (first_adapted_ == 0) return embed(batch, x);
  const int64_t n = model_->n_embd;
  MicroBatch missing;
  std::vector<Segment> to;  // of x, for each segment of `missing`
  for (const Segment& s : batch.batch.segments) {
    const int32_t* tokens = batch.tokens.data() + s.begin;
    const int64_t length = s.end - s.begin, at = missing.batch.tokens;
    if (frozen_.find(tokens, length, x + s.begin * n)) continue;
    to.push_back(s);
    missing.batch.segments.push_back({at, at + length});
    missing.batch.tokens += length;
    missing.tokens.insert(missing.tokens.end(), tokens, tokens + length);
    for (int64_t i = 0; i < length; i++) missing.batch.positions.push_back(i);
  }
  if (to.empty()) return;
  const auto turn = [&](size_t i) { return frozen_x_[i % 2].need(missing.batch.tokens * n); };
  const BlockPass p = pass(missing, false);
  embed(missing, turn(0));
  for (size_t i = 0; i < first_adapted_; i++) block_forward(p, blocks_.use(i, i + 1), turn(i), activations_[0], turn(i + 1));
  for (size_t i = 0; i < to.size(); i++) {
    const Segment& from = missing.batch.segments[i];
    float* rows = x + to[i].begin * n;
    memcpy(rows, turn(first_adapted_) + from.begin * n, sizeof(float) * (size_t)((from.end - from.begin) * n));
    frozen_.keep(missing.tokens.data() + from.begin, from.end - from.begin, rows);
  }
}

void Trainer::forward(const MicroBatch& batch, bool training, float adapter_scale) {
  const int64_t size = batch.batch.tokens * model_->n_embd;
  const size_t layers = model_->layers.size();
  const BlockPass p = pass(batch, training, adapter_scale);
  // Without a backward two buffers alternate; with one, the input of every block that it reaches is kept.
  const auto input = [&](size_t i) { return inputs_[training ? i : i % 2].need(size); };
  forward_frozen(batch, input(first_adapted_));
  for (size_t i = first_adapted_; i < layers; i++) {
    const Layer& layer = blocks_.use(i, std::min(i + 1, layers - 1));
    block_forward(p, layer, input(i), training ? activations(i) : activations_[0], input(i + 1));
    if (training && keeps_attention(i)) swap_attention(i);
  }
}

double Trainer::forward_backward(const MicroBatch& batch, double weight_sum) {
  if (device_) return device_->pass(batch.batch, batch.tokens, batch.loss_rows, true, (float)(1.0 / weight_sum), cancel_);
  forward(batch, true);
  const size_t layers = model_->layers.size();
  const int64_t tokens = batch.batch.tokens;
  float* d = gradient_.need(tokens * model_->n_embd);
  const double loss =
      cross_entropy(pool_, *model_, batch.loss_rows, inputs_[layers].data(), tokens, (float)(1.0 / weight_sum), d, loss_scratch_, cancel_);
  if (!std::isfinite(loss)) return loss;
  const BlockPass p = pass(batch, true);
  for (size_t i = layers; i-- > first_adapted_;) {
    const bool attention_kept = keeps_attention(i), input_needed = i > first_adapted_;
    const Layer& layer = blocks_.use(i, input_needed ? i - 1 : i);
    if (attention_kept) swap_attention(i);
    if (!keeps(i)) block_forward(p, layer, inputs_[i].data(), activations(i), nullptr, attention_kept);
    block_backward(p, layer, inputs_[i].data(), activations(i), d, input_needed);
    if (attention_kept) swap_attention(i);
  }
  return loss;
}

StepResult Trainer::gradients(const std::vector<Row>& rows, double loss_over) {
  if (!(loss_over >= 0) || !std::isfinite(loss_over))
    throw UserError(ErrorCode::invalid_argument, "What the loss is divided by must be above 0, or 0 for the sum of the weights.");
  const auto batches = micro_batches(rows, plan_.micro_batch_tokens, limits(), loss_over > 0);
  double weights = 0, loss = 0;
  int64_t count = 0;
  for (const auto& b : batches) {
    for (const auto& row : b.loss_rows) weights += row.weight;
    count += (int64_t)b.loss_rows.size();
  }
  if (loss_over > 0) weights = loss_over;
  if (count == 0 || !(weights > 0))
    throw UserError(ErrorCode::invalid_argument, "No token in this step carries loss: nothing to learn from.");
  std::fill(gradients_.begin(), gradients_.end(), 0.0f);
  if (device_) device_->begin(parameters_, scale_);
  for (size_t i = 0; i < batches.size(); i++) {
    const double part = forward_backward(batches[i], weights);
    if (!std::isfinite(part))
      throw Diverged(
          "loss", part,
          format("The loss became %f in step %lld (micro-batch %zu of %zu): lower the learning rate and continue from the last checkpoint.",
                 part, (long long)optimizer_->steps + 1, i + 1, batches.size()));
    loss += part;
  }
  if (device_) device_->add_gradients(gradients_);
  const double norm = norm_of(pool_, gradients_.data(), (int64_t)gradients_.size());
  if (!std::isfinite(norm))
    throw Diverged("gradient", norm,
                   format("The gradient became %f in step %lld: lower the learning rate and continue from the last checkpoint.", norm,
                          (long long)optimizer_->steps + 1));
  return {loss / weights, norm, count};
}

void Trainer::counted_gradients(const std::vector<Row>& rows) {
  device_->begin(parameters_, scale_);
  for (const auto& batch : micro_batches(rows, plan_.micro_batch_tokens, limits())) forward_backward(batch, 1);
  device_->add_gradients(gradients_);
}

StepResult Trainer::step(const std::vector<Row>& rows, double learning_rate, double loss_over) {
  const StepResult result = gradients(rows, loss_over);
  const double clip = options_.clip_norm > 0 && result.gradient_norm > options_.clip_norm ? options_.clip_norm / result.gradient_norm : 1.0;
  optimizer_->update(pool_, parameters_.data(), gradients_.data(), (float)clip, learning_rate);
  return result;
}

Evaluation Trainer::evaluate(const std::vector<Row>& rows, float adapter_scale) {
  check_adapter_scale(adapter_scale);
  Evaluation total{0, 0};
  if (device_) device_->begin(parameters_, adapter_scale * scale_);
  for (const auto& batch : micro_batches(rows, plan_.micro_batch_tokens, limits())) {
    total.loss_tokens += (int64_t)batch.loss_rows.size();
    if (device_) {
      total.nll += device_->pass(batch.batch, batch.tokens, batch.loss_rows, false, 0, cancel_);
      continue;
    }
    forward(batch, false, adapter_scale);
    total.nll += cross_entropy(pool_, *model_, batch.loss_rows, inputs_[model_->layers.size() % 2].data(), batch.batch.tokens, 0, nullptr,
                               loss_scratch_, cancel_);
  }
  return total;
}

std::vector<float> Trainer::logits(const std::vector<int32_t>& tokens) {
  Row row{tokens, {0}, std::vector<float>(tokens.size(), 1.0f)};
  const auto batches = micro_batches({row}, plan_.micro_batch_tokens, limits());
  if (batches.empty()) throw UserError(ErrorCode::invalid_argument, "Logits need a sequence of at least two tokens.");
  std::vector<float> out(tokens.size() * (size_t)model_->n_vocab);
  if (device_) {
    device_->begin(parameters_, scale_);
    device_->logits(batches[0].batch, batches[0].tokens, out.data(), cancel_);
    return out;
  }
  forward(batches[0], false);
  head_logits(pool_, *model_, inputs_[model_->layers.size() % 2].data(), (int64_t)tokens.size(), out.data(), loss_scratch_);
  return out;
}

}  // namespace repotune
