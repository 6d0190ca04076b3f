// The trainer in JavaScript: marshals only. Every long call runs on a worker thread and answers with a promise.
#include <llama.h>
#include <napi.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "errors.h"
#include "inference/backends.h"
#include "inference/vocabulary.h"
#include "kernels/matmul.h"
#include "trainer.h"

namespace repotune {

using inference::Vocabulary;

namespace {

struct FreeLlama {
  void operator()(llama_model* m) const { llama_model_free(m); }
};

/** What lives as long as a JavaScript trainer or any call it started. */
struct State {
  std::unique_ptr<Trainer> trainer;
  std::unique_ptr<llama_model, FreeLlama> vocabulary_model;
  std::unique_ptr<Vocabulary> vocabulary;
  std::mutex busy;  // calls run one after another
};

/** Runs `work` off the JavaScript thread; `result` turns what it left into a value. */
class Call : public Napi::AsyncWorker {
 public:
  using Work = std::function<void()>;
  using Result = std::function<Napi::Value(Napi::Env)>;
  static Napi::Promise start(Napi::Env env, Work work, Result result) {
    auto* call = new Call(env, std::move(work), std::move(result));
    const Napi::Promise promise = call->deferred_.Promise();
    call->Queue();
    return promise;
  }

 protected:
  void Execute() override {
    try {
      work_();
    } catch (const std::bad_alloc&) {
      SetError("Out of memory: use a smaller context, a lower rank or a smaller model.");
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }
  void OnOK() override {
    const Napi::HandleScope scope(Env());
    deferred_.Resolve(result_(Env()));
  }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Call(Napi::Env env, Work work, Result result)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), result_(std::move(result)) {}
  Napi::Promise::Deferred deferred_;
  Work work_;
  Result result_;
};

Napi::Promise rejected(Napi::Env env, const std::string& message) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Reject(Napi::Error::New(env, message).Value());
  return deferred.Promise();
}

ggml_type base_type_of(const std::string& name) {
  if (name == "as-is") return GGML_TYPE_COUNT;
  if (name == "f16") return GGML_TYPE_F16;
  if (name == "q8_0") return GGML_TYPE_Q8_0;
  if (name == "q4_0") return GGML_TYPE_Q4_0;
  if (name == "iq4_nl") return GGML_TYPE_IQ4_NL;
  if (name == "q4_k") return GGML_TYPE_Q4_K;
  throw UserError(format("The base type '%s' is not known: use as-is, f16, q8_0, q4_0, iq4_nl or q4_k.", name.c_str()));
}

/** TrainerConfig of server/engine/types.ts. */
TrainerOptions options_of(const Napi::Object& config) {
  const auto number = [&](const char* key) {
    const Napi::Value value = config.Get(key);
    if (!value.IsNumber()) throw UserError(format("The trainer's option %s must be a number.", key));
    return value.As<Napi::Number>().DoubleValue();
  };
  const auto text = [&](const char* key) {
    const Napi::Value value = config.Get(key);
    if (!value.IsString()) throw UserError(format("The trainer's option %s must be a text.", key));
    return value.As<Napi::String>().Utf8Value();
  };
  TrainerOptions o;
  o.model.path = text("modelPath");
  o.model.base_type = base_type_of(text("baseType"));
  o.model.max_positions = (int64_t)number("maxTokens");
  o.model.threads = (int)number("threads");
  o.rank = (int64_t)number("rank");
  o.alpha = (float)number("alpha");
  o.rs_lora = config.Get("rsLora").ToBoolean();
  o.dropout = (float)number("dropout");
  o.adamw.weight_decay = (float)number("weightDecay");
  o.adamw.beta1 = (float)number("beta1");
  o.adamw.beta2 = (float)number("beta2");
  o.adamw.epsilon = (float)number("epsilon");
  o.lora_plus_ratio = (float)number("loraPlusRatio");
  o.clip_norm = (float)number("clipNorm");
  o.seed = (uint64_t)number("seed");
  o.memory_budget_bytes = (int64_t)number("memoryBudgetBytes");
  // Not part of the contract's config: where the GPU plug-ins lie, filled in by the caller that knows.
  const Napi::Value plugins = config.Get("gpuBackends");
  if (plugins.IsArray())
    for (uint32_t i = 0; i < plugins.As<Napi::Array>().Length(); i++)
      inference::load_gpu_backend(plugins.As<Napi::Array>().Get(i).ToString().Utf8Value());
  std::error_code unreadable;  // a missing model is refused, with its own sentence, when it is opened
  const auto bytes = std::filesystem::file_size(o.model.path, unreadable);
  o.device = inference::choose_device(text("device"), unreadable ? 0 : (size_t)bytes * 5 / 4);
  return o;
}

template <typename Array>
bool is_array_of(const Napi::Value& value, napi_typedarray_type type) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type;
}

/** TrainRow[] of server/engine/types.ts, copied. */
std::vector<Row> rows_of(const Napi::Value& value) {
  if (!value.IsArray()) throw UserError("Training rows must be an array.");
  const auto array = value.As<Napi::Array>();
  std::vector<Row> rows(array.Length());
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::Value item = array.Get(i);
    const Napi::Object row = item.IsObject() ? item.As<Napi::Object>() : Napi::Object::New(item.Env());
    const Napi::Value tokens = row.Get("tokens"), starts = row.Get("starts"), weights = row.Get("lossWeights");
    if (!is_array_of<Napi::Int32Array>(tokens, napi_int32_array) || !is_array_of<Napi::Int32Array>(starts, napi_int32_array) ||
        !is_array_of<Napi::Float32Array>(weights, napi_float32_array))
      throw UserError(format("Training row %u needs tokens and starts (Int32Array) and lossWeights (Float32Array).", i));
    const auto t = tokens.As<Napi::Int32Array>(), s = starts.As<Napi::Int32Array>();
    const auto w = weights.As<Napi::Float32Array>();
    rows[i].tokens.assign(t.Data(), t.Data() + t.ElementLength());
    rows[i].starts.assign(s.Data(), s.Data() + s.ElementLength());
    rows[i].loss_weights.assign(w.Data(), w.Data() + w.ElementLength());
  }
  return rows;
}

std::string upper(std::string text) {
  for (char& c : text) c = (char)toupper((unsigned char)c);
  return text;
}

Napi::Object model_info(Napi::Env env, const State& state, const std::string& path) {
  const TrainerModel& m = state.trainer->model();
  Napi::Object info = Napi::Object::New(env), special = Napi::Object::New(env);
  if (state.vocabulary)
    for (const auto& [name, token] : state.vocabulary->special()) special.Set(name, token);
  info.Set("path", path);
  info.Set("architecture", m.arch->name);
  info.Set("name", m.name);
  info.Set("sizeBytes", (double)m.size_bytes);
  info.Set("parameters", (double)m.parameters);
  info.Set("contextLength", (double)m.n_ctx);
  info.Set("vocabularySize", (double)m.n_vocab);
  info.Set("weightType", upper(ggml_type_name(m.linear_type)));
  info.Set("special", special);
  info.Set("promptOrder", m.prompt_order.empty() ? env.Null() : Napi::Value(Napi::String::New(env, m.prompt_order)));
  return info;
}

Napi::Object plan_info(Napi::Env env, const Plan& plan, const std::string& device) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("microBatchTokens", (double)plan.micro_batch_tokens);
  info.Set("keptBlocks", (double)plan.kept_blocks);
  info.Set("totalBytes", (double)plan.total_bytes());
  info.Set("weightBytes", (double)plan.weight_bytes);
  info.Set("adapterBytes", (double)plan.adapter_bytes);
  info.Set("workingBytes", (double)plan.working_bytes);
  info.Set("kernels", select_kernels(nullptr));
  info.Set("device", device);
  return info;
}

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Trainer",
                       {InstanceMethod<&TrainerObject::tokenize>("tokenize"), InstanceMethod<&TrainerObject::step>("step"),
                        InstanceMethod<&TrainerObject::evaluate>("evaluate"), InstanceMethod<&TrainerObject::logits>("logits"), InstanceMethod<&TrainerObject::export_adapter>("exportAdapter"),
                        InstanceMethod<&TrainerObject::import_adapter>("importAdapter"),
                        InstanceMethod<&TrainerObject::save_state>("saveState"), InstanceMethod<&TrainerObject::load_state>("loadState"),
                        InstanceMethod<&TrainerObject::cancel>("cancel"), InstanceMethod<&TrainerObject::dispose>("dispose")});
  }

  explicit TrainerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainerObject>(info) {
    if (info.Length() < 1 || !info[0].IsExternal()) {
      Napi::TypeError::New(info.Env(), "Use openTrainer(config).").ThrowAsJavaScriptException();
      return;
    }
    state_ = *info[0].As<Napi::External<std::shared_ptr<State>>>().Data();
  }

 private:
  /** Queues `work` on the live trainer. */
  Napi::Value call(const Napi::CallbackInfo& info, std::function<void(Trainer&)> work, Call::Result result) {
    if (!state_) return rejected(info.Env(), "The trainer is closed.");
    const auto state = state_;
    state->trainer->rearm();
    return Call::start(
        info.Env(),
        [state, work = std::move(work)] {
          const std::lock_guard<std::mutex> lock(state->busy);
          work(*state->trainer);
        },
        std::move(result));
  }
  static Napi::Value nothing(Napi::Env env) { return env.Undefined(); }

  template <typename Work>
  Napi::Value with_rows(const Napi::CallbackInfo& info, Work work) {
    try {
      return work(rows_of(info[0]));
    } catch (const UserError& error) {
      return rejected(info.Env(), error.what());
    }
  }

  Napi::Value step(const Napi::CallbackInfo& info) {
    return with_rows(info, [&](std::vector<Row> rows) {
      const double rate = info[1].ToNumber().DoubleValue();
      auto out = std::make_shared<StepResult>();
      return call(
          info, [rows = std::move(rows), rate, out](Trainer& t) { *out = t.step(rows, rate); },
          [out](Napi::Env env) -> Napi::Value {
            Napi::Object result = Napi::Object::New(env);
            result.Set("loss", out->loss);
            result.Set("gradientNorm", out->gradient_norm);
            result.Set("lossTokens", (double)out->loss_tokens);
            return result;
          });
    });
  }

  Napi::Value evaluate(const Napi::CallbackInfo& info) {
    return with_rows(info, [&](std::vector<Row> rows) {
      auto out = std::make_shared<Evaluation>();
      return call(
          info, [rows = std::move(rows), out](Trainer& t) { *out = t.evaluate(rows); },
          [out](Napi::Env env) -> Napi::Value {
            Napi::Object result = Napi::Object::New(env);
            result.Set("nll", out->nll);
            result.Set("lossTokens", (double)out->loss_tokens);
            return result;
          });
    });
  }

  Napi::Value logits(const Napi::CallbackInfo& info) {
    if (!is_array_of<Napi::Int32Array>(info[0], napi_int32_array)) return rejected(info.Env(), "logits takes an Int32Array of tokens.");
    const auto array = info[0].As<Napi::Int32Array>();
    std::vector<int32_t> tokens(array.Data(), array.Data() + array.ElementLength());
    auto out = std::make_shared<std::vector<float>>();
    return call(
        info, [tokens = std::move(tokens), out](Trainer& t) { *out = t.logits(tokens); },
        [out](Napi::Env env) -> Napi::Value {
          auto result = Napi::Float32Array::New(env, out->size());
          std::copy(out->begin(), out->end(), result.Data());
          return result;
        });
  }

  template <typename Work>
  Napi::Value with_path(const Napi::CallbackInfo& info, Work work) {
    if (!info[0].IsString()) return rejected(info.Env(), "A file path is needed.");
    const std::string path = info[0].As<Napi::String>().Utf8Value();
    return call(info, [path, work](Trainer& t) { work(t, path); }, nothing);
  }
  Napi::Value export_adapter(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.export_adapter(path); });
  }
  Napi::Value import_adapter(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.import_adapter(path); });
  }
  Napi::Value save_state(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.save_state(path); });
  }
  Napi::Value load_state(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.load_state(path); });
  }

  Napi::Value tokenize(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (!state_ || !state_->vocabulary || !info[0].IsArray()) {
      const char* reason = !state_ ? "The trainer is closed." : !state_->vocabulary ? "The model has no tokenizer." : "tokenize takes an array of texts.";
      Napi::TypeError::New(env, reason).ThrowAsJavaScriptException();
      return env.Undefined();
    }
    const auto texts = info[0].As<Napi::Array>();
    Napi::Array out = Napi::Array::New(env, texts.Length());
    for (uint32_t i = 0; i < texts.Length(); i++) {
      const auto tokens = state_->vocabulary->tokenize(texts.Get(i).ToString().Utf8Value());
      Napi::Array ids = Napi::Array::New(env, tokens.size());
      for (size_t j = 0; j < tokens.size(); j++) ids.Set((uint32_t)j, tokens[j]);
      out.Set(i, ids);
    }
    return out;
  }

  void cancel(const Napi::CallbackInfo&) {
    if (state_) state_->trainer->cancel();
  }
  void dispose(const Napi::CallbackInfo&) {
    if (state_) state_->trainer->cancel();
    state_.reset();
  }

  std::shared_ptr<State> state_;
};

void load(State& state, const TrainerOptions& options) {
  state.trainer = std::make_unique<Trainer>(options);
  inference::capture_log();
  llama_model_params params = llama_model_default_params();
  params.vocab_only = true;
  state.vocabulary_model.reset(llama_model_load_from_file(options.model.path.c_str(), params));
  if (!state.vocabulary_model) throw UserError(format("The tokenizer of %s cannot be read: choose another model.", options.model.path.c_str()));
  const llama_vocab* vocab = llama_model_get_vocab(state.vocabulary_model.get());
  // Models made for checks have none; libllama aborts when asked about its tokens.
  if (llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE) state.vocabulary = std::make_unique<Vocabulary>(vocab);
}

}  // namespace

}  // namespace repotune

/** openTrainer(config: TrainerConfig): Promise<Trainer>, selectKernels(name: string): string */
void InitTrainer(Napi::Env env, Napi::Object exports) {
  using namespace repotune;
  auto constructor = std::make_shared<Napi::FunctionReference>(Napi::Persistent(TrainerObject::define(env)));
  constructor->SuppressDestruct();
  exports.Set("openTrainer", Napi::Function::New(env, [constructor](const Napi::CallbackInfo& info) -> Napi::Value {
                const Napi::Env env = info.Env();
                TrainerOptions options;
                try {
                  if (!info[0].IsObject()) throw UserError("openTrainer takes a configuration.");
                  options = options_of(info[0].As<Napi::Object>());
                } catch (const std::exception& error) {
                  return rejected(env, error.what());
                }
                auto state = std::make_shared<State>();
                return Call::start(
                    env, [state, options] { load(*state, options); },
                    [state, options, constructor](Napi::Env env) -> Napi::Value {
                      auto held = state;
                      Napi::Object trainer = constructor->New({Napi::External<std::shared_ptr<State>>::New(env, &held)});
                      trainer.Set("model", model_info(env, *state, options.model.path));
                      trainer.Set("trainableParameters", (double)state->trainer->trainable_parameters());
                      trainer.Set("plan", plan_info(env, state->trainer->plan(), state->trainer->device_name()));
                      return trainer;
                    });
              }));
  exports.Set("selectKernels", Napi::Function::New(env, [](const Napi::CallbackInfo& info) -> Napi::Value {
                return Napi::String::New(info.Env(), select_kernels(info[0].ToString().Utf8Value().c_str()));
              }));
}
