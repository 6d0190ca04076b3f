// The trainer's files: the adapter as llama.cpp loads it, and the state a run resumes from.
#include <ggml-cpp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include "common/errors.h"
#include "common/paths.h"
#include "common/quantize.h"
#include "trainer/trainer.h"

namespace repotune {

namespace {

constexpr char kStateMagic[8] = {'R', 'T', 'S', 'T', 'A', 'T', 'E', '2'};
/** Of a micro-batch: far above those of any plan. */
constexpr int64_t kMostBatchTokens = 1 << 20;

}  // namespace

void Trainer::export_adapter(const std::string& path, float adapter_scale) const {
  check_adapter_scale(adapter_scale);
  const gguf_context_ptr file(gguf_init_empty());
  const size_t tensors = (model_->layers.size() - first_adapted_) * kLinears * 2;
  const ggml_context_ptr ggml(ggml_init({tensors * ggml_tensor_overhead() + 1024, nullptr, /*no_alloc*/ true}));
  if (!file || !ggml) throw UserError(ErrorCode::out_of_memory, "Not enough memory to write the adapter.");
  gguf_set_val_str(file.get(), "general.type", "adapter");
  gguf_set_val_str(file.get(), "general.architecture", model_->arch->name);
  gguf_set_val_str(file.get(), "adapter.type", "lora");
  gguf_set_val_f32(file.get(), "adapter.lora.alpha", adapter_scale * options_.alpha);
  for (size_t i = first_adapted_; i < model_->layers.size(); i++)
    for (const auto& linear : model_->layers[i].linear)
      for (const bool b : {false, true}) {
        const int64_t ne0 = b ? options_.rank : linear.w.n_in, ne1 = b ? linear.w.n_out : options_.rank;
        ggml_tensor* t = ggml_new_tensor_2d(ggml.get(), GGML_TYPE_F32, ne0, ne1);
        ggml_set_name(t, (linear.name + (b ? ".lora_b" : ".lora_a")).c_str());
        t->data = const_cast<float*>(parameters_.data()) + (b ? linear.b : linear.a);
        gguf_add_tensor(file.get(), t);
      }
  write_gguf(file.get(), path);
}

void Trainer::import_adapter(const std::string& path) {
  const GgufFile file(path, "adapter");
  if (file.text("general.type") != "adapter" || file.text("general.architecture") != model_->arch->name)
    throw UserError(ErrorCode::adapter_mismatch, format("%s is not an adapter for a %s model.", path.c_str(), model_->arch->name));
  // As in llama.cpp: alpha 0 means that the factors already carry the scale.
  const double alpha = file.number("adapter.lora.alpha").value_or(0), file_scale = alpha == 0 ? 1 : alpha / (double)options_.rank;
  if (!std::isfinite(alpha))
    throw UserError(ErrorCode::file_damaged, format("The adapter %s is damaged: its alpha is not a number.", path.c_str()));
  std::vector<float> values(parameters_.size());
  for (const auto& layer : model_->layers)
    for (const auto& linear : layer.linear)
      for (const bool b : {false, true}) {
        const std::string name = linear.name + (b ? ".lora_b" : ".lora_a");
        if (!linear.adapted()) {
          if (!file.find(name)) continue;
          throw UserError(ErrorCode::adapter_mismatch,
                          format("The adapter %s does not fit: it changes %s too, and this run adapts the last %zu blocks.", path.c_str(),
                                 linear.name.c_str(), model_->layers.size() - first_adapted_));
        }
        const int64_t ne0 = b ? options_.rank : linear.w.n_in, ne1 = b ? linear.w.n_out : options_.rank;
        const GgufTensor* t = file.find(name);
        if (!t || t->ne[0] != ne0 || t->ne[1] != ne1)
          throw UserError(ErrorCode::adapter_mismatch,
                          format("The adapter %s does not fit: %s must be [%lld, %lld]. It was made for another base or rank.",
                                 path.c_str(), name.c_str(), (long long)ne0, (long long)ne1));
        float* out = values.data() + (b ? linear.b : linear.a);
        dequantize_rows(t->type, file.read(*t).data(), ne1, ne0, out);
        if (b)  // its scale may differ from ours: B absorbs the difference
          for (int64_t i = 0; i < ne0 * ne1; i++) out[i] *= (float)(file_scale / scale_);
      }
  parameters_ = std::move(values);
}

std::string Trainer::state_header() const {
  const auto& o = options_;
  // Identifies the run. Threads, device and kernels may change (a GPU may be gone): they only change rounding.
  return format("model=%s type=%s layers=%zu parameters=%zu rank=%lld scale=%a betas=%a,%a epsilon=%a decay=%a clip=%a seed=%llu",
                model_->name.c_str(), ggml_type_name(model_->linear_type), model_->layers.size(), parameters_.size(), (long long)o.rank,
                scale_, o.adamw.beta1, o.adamw.beta2, o.adamw.epsilon, o.adamw.weight_decay, o.clip_norm, (unsigned long long)o.seed);
}

void Trainer::save_state(const std::string& path) const {
  const std::string header = state_header();
  const uint64_t length = header.size(), count = parameters_.size();
  const int64_t steps = optimizer_->steps;
  const size_t floats = count * sizeof(float);
  // Piece by piece: one buffer would take as much memory again.
  write_file(path, {{kStateMagic, sizeof kStateMagic},
                    {&length, sizeof length},
                    {header.data(), header.size()},
                    {&steps, sizeof steps},
                    {&plan_.micro_batch_tokens, sizeof plan_.micro_batch_tokens},
                    {&count, sizeof count},
                    {parameters_.data(), floats},
                    {optimizer_->m.data(), floats},
                    {optimizer_->v.data(), floats}});
}

void Trainer::load_state(const std::string& path) {
  const std::string header = state_header();
  const uint64_t count = parameters_.size();
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path_of(path), error);
  std::ifstream in(path_of(path), std::ios::binary);
  if (error || !in)
    throw UserError(ErrorCode::file_unreadable, format("The checkpoint %s cannot be read: start the run again.", path.c_str()));
  char magic[sizeof kStateMagic] = {};
  uint64_t length = 0, stored = 0;
  int64_t steps = 0, micro_batch_tokens = 0;
  const auto get = [&](void* data, size_t n) { return (bool)in.read((char*)data, (std::streamsize)n); };
  if (!get(magic, sizeof magic) || memcmp(magic, kStateMagic, sizeof magic) != 0 || !get(&length, sizeof length) || length > 65536)
    throw UserError(ErrorCode::wrong_kind, format("%s is not a training checkpoint.", path.c_str()));
  std::string found(length, '\0');
  if (!get(found.data(), length))
    throw UserError(ErrorCode::file_damaged, format("The checkpoint %s is truncated: start the run again.", path.c_str()));
  if (found != header)
    throw UserError(ErrorCode::checkpoint_mismatch,
                    format("The checkpoint %s was made under other settings and cannot continue this run.\n  it:  %.400s\n  now: %.400s",
                           path.c_str(), found.c_str(), header.c_str()));
  const uint64_t expected =
      sizeof magic + sizeof length + length + sizeof steps + sizeof micro_batch_tokens + sizeof stored + count * 3 * sizeof(float);
  if (!get(&steps, sizeof steps) || !get(&micro_batch_tokens, sizeof micro_batch_tokens) || !get(&stored, sizeof stored) ||
      stored != count || size != expected)
    throw UserError(ErrorCode::file_damaged, format("The checkpoint %s is truncated: start the run again.", path.c_str()));
  if (steps < 0 || micro_batch_tokens < 1 || micro_batch_tokens > kMostBatchTokens)
    throw UserError(ErrorCode::file_damaged, format("The checkpoint %s is damaged: start the run again.", path.c_str()));
  std::vector<float> parts[3];
  for (auto& part : parts) {
    part.resize(count);
    if (!get(part.data(), count * sizeof(float)))
      throw UserError(ErrorCode::file_damaged, format("The checkpoint %s is truncated: start the run again.", path.c_str()));
  }
  parameters_ = std::move(parts[0]);
  optimizer_->m = std::move(parts[1]);
  optimizer_->v = std::move(parts[2]);
  optimizer_->steps = steps;
  // Sums are rounded per micro-batch: the same split gives the same bytes. It may stem from a device, or a time with more free memory.
  if (device_) {
    plan_.micro_batch_tokens = std::min(micro_batch_tokens, device_->plan().micro_batch_tokens);
  } else {
    plan_steps(false, micro_batch_tokens);
  }
}

}  // namespace repotune
