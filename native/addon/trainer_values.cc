#include "addon/trainer_values.h"

#include "common/errors.h"
#include "common/text.h"
#include "inference/backends.h"

namespace repotune {

namespace {

ggml_type base_type_of(const std::string& name) {
  if (name == "as-is") return GGML_TYPE_COUNT;
  if (name == "f16") return GGML_TYPE_F16;
  if (name == "q8_0") return GGML_TYPE_Q8_0;
  if (name == "q4_0") return GGML_TYPE_Q4_0;
  if (name == "iq4_nl") return GGML_TYPE_IQ4_NL;
  if (name == "q4_k") return GGML_TYPE_Q4_K;
  throw UserError(ErrorCode::invalid_argument,
                  format("The base type '%s' is not known: use as-is, f16, q8_0, q4_0, iq4_nl or q4_k.", name.c_str()));
}

}  // namespace

std::vector<std::string> plug_ins_of(const Napi::Object& config) {
  std::vector<std::string> paths;
  const Napi::Value plug_ins = config.Get("gpuBackends");
  if (plug_ins.IsArray())
    for (uint32_t i = 0; i < plug_ins.As<Napi::Array>().Length(); i++)
      paths.push_back(text_in(plug_ins.As<Napi::Array>().Get(i), "A plug-in's path"));
  return paths;
}

/** TrainerConfig of server/engine/types.ts. */
TrainerOptions options_of(const Napi::Object& config) {
  const auto number = [&](const char* key) {
    const Napi::Value value = config.Get(key);
    if (!value.IsNumber()) throw UserError(ErrorCode::invalid_argument, format("The trainer's option %s must be a number.", key));
    return value.As<Napi::Number>().DoubleValue();
  };
  const auto text = [&](const char* key) {
    const Napi::Value value = config.Get(key);
    if (!value.IsString()) throw UserError(ErrorCode::invalid_argument, format("The trainer's option %s must be a text.", key));
    return value.As<Napi::String>().Utf8Value();
  };
  TrainerOptions o;
  o.model.path = text("modelPath");
  o.model.base_type = base_type_of(text("baseType"));
  o.model.max_positions = (int64_t)number("maxTokens");
  o.model.threads = (int)number("threads");
  o.rank = (int64_t)number("rank");
  o.alpha = (float)number("alpha");
  o.adapted_blocks = (int64_t)number("adaptedBlocks");
  o.adamw.weight_decay = (float)number("weightDecay");
  o.adamw.beta1 = (float)number("beta1");
  o.adamw.beta2 = (float)number("beta2");
  o.adamw.epsilon = (float)number("epsilon");
  o.clip_norm = (float)number("clipNorm");
  o.seed = (uint64_t)number("seed");
  o.memory_budget_bytes = (int64_t)number("memoryBudgetBytes");
  if (!config.Get("stepTokens").IsUndefined()) o.step_tokens = (int64_t)number("stepTokens");
  for (const std::string& path : plug_ins_of(config)) inference::load_gpu_backend(path);
  o.device = inference::choose_device(text("device"));
  return o;
}

/** TrainRow[] of server/engine/types.ts, copied. */
std::vector<Row> rows_of(const Napi::Value& value) {
  if (!value.IsArray()) throw UserError(ErrorCode::invalid_argument, "Training rows must be an array.");
  const auto array = value.As<Napi::Array>();
  std::vector<Row> rows(array.Length());
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::Value item = array.Get(i);
    const Napi::Object row = item.IsObject() ? item.As<Napi::Object>() : Napi::Object::New(item.Env());
    const Napi::Value tokens = row.Get("tokens"), starts = row.Get("starts"), weights = row.Get("lossWeights");
    if (!is_typed_array(tokens, napi_int32_array) || !is_typed_array(starts, napi_int32_array) ||
        !is_typed_array(weights, napi_float32_array))
      throw UserError(ErrorCode::invalid_argument,
                      format("Training row %u needs tokens and starts (Int32Array) and lossWeights (Float32Array).", i));
    const auto t = tokens.As<Napi::Int32Array>(), s = starts.As<Napi::Int32Array>();
    const auto w = weights.As<Napi::Float32Array>();
    rows[i].tokens.assign(t.Data(), t.Data() + t.ElementLength());
    rows[i].starts.assign(s.Data(), s.Data() + s.ElementLength());
    rows[i].loss_weights.assign(w.Data(), w.Data() + w.ElementLength());
  }
  return rows;
}

ModelFacts facts_of(const TrainerModel& m, const inference::Vocabulary* vocabulary, const std::string& path, const std::string& device) {
  return {path,
          m.arch->name,
          m.name,
          upper(ggml_type_name(m.linear_type)),
          m.prompt_order,
          m.prompt_mark,
          device,
          (double)m.size_bytes,
          (double)m.parameters,
          (double)m.n_ctx,
          (double)m.n_vocab,
          vocabulary};
}

Napi::Object plan_info(Napi::Env env, const Plan& plan, const std::string& device) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("blocks", (double)plan.blocks);
  info.Set("adaptedBlocks", (double)plan.adapted_blocks);
  info.Set("microBatchTokens", (double)plan.micro_batch_tokens);
  info.Set("keptBlocks", (double)plan.kept_blocks);
  info.Set("keptAttentions", (double)plan.kept_attentions);
  info.Set("frozenBytes", (double)plan.frozen_bytes);
  info.Set("streamedBytes", (double)plan.streamed_bytes);
  info.Set("totalBytes", (double)plan.total_bytes());
  info.Set("weightBytes", (double)plan.weight_bytes);
  info.Set("adapterBytes", (double)plan.adapter_bytes);
  info.Set("workingBytes", (double)plan.working_bytes);
  info.Set("kernels", select_kernels(nullptr));
  info.Set("device", device);
  return info;
}

}  // namespace repotune
