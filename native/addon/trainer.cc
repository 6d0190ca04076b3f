// The trainer in JavaScript: marshals only. Every long call runs on a worker thread and answers with a promise.
#include <llama-cpp.h>
#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "addon/call.h"
#include "addon/timed_info.h"
#include "addon/trainer_values.h"
#include "common/errors.h"
#include "inference/backends.h"
#include "inference/vocabulary.h"
#include "kernels/matmul.h"
#include "trainer/fastest.h"

namespace repotune {

using inference::Vocabulary;

namespace {

/** Lives as long as a JavaScript trainer and any call it started. */
struct State {
  std::unique_ptr<Trainer> trainer;
  llama_model_ptr vocabulary_model;
  std::unique_ptr<Vocabulary> vocabulary;
  std::mutex busy;  // calls run one after another
};

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Trainer",
                       {InstanceMethod<&TrainerObject::tokenize>("tokenize"), InstanceMethod<&TrainerObject::step>("step"),
                        InstanceMethod<&TrainerObject::evaluate>("evaluate"), InstanceMethod<&TrainerObject::calibrate>("calibrate"),
                        InstanceMethod<&TrainerObject::logits>("logits"), InstanceMethod<&TrainerObject::export_adapter>("exportAdapter"),
                        InstanceMethod<&TrainerObject::import_adapter>("importAdapter"),
                        InstanceMethod<&TrainerObject::save_state>("saveState"), InstanceMethod<&TrainerObject::load_state>("loadState"),
                        InstanceMethod<&TrainerObject::cancel>("cancel"), InstanceMethod<&TrainerObject::dispose>("dispose")});
  }

  explicit TrainerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainerObject>(info) {
    if (info.Length() < 1 || !info[0].IsExternal()) {
      throw_js(info.Env(), UserError(ErrorCode::invalid_argument, "Use openTrainer(config)."));
      return;
    }
    state_ = *info[0].As<Napi::External<std::shared_ptr<State>>>().Data();
  }

 private:
  /** Queues `work` on the live trainer. */
  Napi::Value call(const Napi::CallbackInfo& info, std::function<void(Trainer&)> work, Call::Result result) {
    if (!state_) return rejected(info.Env(), UserError(ErrorCode::closed, "The trainer is closed."));
    const auto state = state_;
    state->trainer->rearm();
    return Call::start(
        info.Env(),
        [state, work = std::move(work)](const OnText&) {
          const std::lock_guard<std::mutex> lock(state->busy);
          work(*state->trainer);
        },
        std::move(result));
  }
  static Napi::Value nothing(Napi::Env env) { return env.Undefined(); }
  /** 1 (the whole adapter) by default; the trainer refuses an invalid scale. */
  static float adapter_scale_of(const Napi::Value& value) { return value.IsUndefined() ? 1.0f : (float)number_in(value, "The scale"); }

  template <typename Work>
  Napi::Value with_rows(const Napi::CallbackInfo& info, Work work) {
    try {
      return work(rows_of(info[0]));
    } catch (const UserError& error) {
      return rejected(info.Env(), error);
    }
  }

  Napi::Value step(const Napi::CallbackInfo& info) {
    return with_rows(info, [&](std::vector<Row> rows) {
      const double rate = number_in(info[1], "The learning rate");
      const double loss_over = info[2].IsUndefined() ? 0.0 : number_in(info[2], "What the loss is divided by");
      auto out = std::make_shared<StepResult>();
      return call(
          info, [rows = std::move(rows), rate, loss_over, out](Trainer& t) { *out = t.step(rows, rate, loss_over); },
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
          info,
          [rows = std::move(rows), adapter_scale = adapter_scale_of(info[1]), out](Trainer& t) { *out = t.evaluate(rows, adapter_scale); },
          [out](Napi::Env env) -> Napi::Value {
            Napi::Object result = Napi::Object::New(env);
            result.Set("nll", out->nll);
            result.Set("lossTokens", (double)out->loss_tokens);
            return result;
          });
    });
  }

  Napi::Value calibrate(const Napi::CallbackInfo& info) {
    return with_rows(info, [&](std::vector<Row> rows) {
      auto out = std::make_shared<Calibration>();
      return call(
          info, [rows = std::move(rows), out](Trainer& t) { *out = t.calibrate(rows); },
          [out](Napi::Env env) -> Napi::Value {
            Napi::Object result = Napi::Object::New(env);
            result.Set("tokens", (double)out->tokens);
            result.Set("errorBefore", out->error_before);
            result.Set("errorAfter", out->error_after);
            return result;
          });
    });
  }

  Napi::Value logits(const Napi::CallbackInfo& info) {
    if (!is_typed_array(info[0], napi_int32_array))
      return rejected(info.Env(), UserError(ErrorCode::invalid_argument, "logits takes an Int32Array of tokens."));
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
  Napi::Value with_path(const Napi::CallbackInfo& info, Work work, Call::Result result = nothing) {
    if (!info[0].IsString()) return rejected(info.Env(), UserError(ErrorCode::invalid_argument, "A file path is needed."));
    const std::string path = info[0].As<Napi::String>().Utf8Value();
    return call(info, [path, work](Trainer& t) { work(t, path); }, std::move(result));
  }
  Napi::Value export_adapter(const Napi::CallbackInfo& info) {
    return or_rejected(info.Env(), [&] {
      return with_path(info, [adapter_scale = adapter_scale_of(info[1])](Trainer& t, const std::string& path) {
        t.export_adapter(path, adapter_scale);
      });
    });
  }
  Napi::Value import_adapter(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.import_adapter(path); });
  }
  Napi::Value save_state(const Napi::CallbackInfo& info) {
    return with_path(info, [](Trainer& t, const std::string& path) { t.save_state(path); });
  }
  Napi::Value load_state(const Napi::CallbackInfo& info) {
    const auto self = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info.This().As<Napi::Object>()));
    return with_path(
        info, [](Trainer& t, const std::string& path) { t.load_state(path); },
        [self, state = state_](Napi::Env env) -> Napi::Value {
          // A state brings its own split into micro-batches, and so another plan.
          self->Set("plan", plan_info(env, state->trainer->plan(), state->trainer->device_name()));
          return env.Undefined();
        });
  }

  Napi::Value tokenize(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    return or_thrown(env, [&] {
      if (!state_) throw UserError(ErrorCode::closed, "The trainer is closed.");
      if (!state_->vocabulary) throw UserError(ErrorCode::model_unsupported, "The model has no tokenizer.");
      const auto texts = array_in(info[0], "Texts");
      Napi::Array out = Napi::Array::New(env, texts.Length());
      for (uint32_t i = 0; i < texts.Length(); i++) {
        const auto tokens = state_->vocabulary->tokenize(text_in(texts.Get(i), "A text to tokenize"));
        Napi::Array ids = Napi::Array::New(env, tokens.size());
        for (size_t j = 0; j < tokens.size(); j++) ids.Set((uint32_t)j, tokens[j]);
        out.Set(i, ids);
      }
      return out;
    });
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

/** Calls `start` with the options of the first argument; returns a promise that rejects if they are invalid. */
template <typename Start>
Napi::Value with_options(const Napi::CallbackInfo& info, Start start) {
  try {
    if (!info[0].IsObject()) throw UserError(ErrorCode::invalid_argument, "A training configuration is needed.");
    return start(options_of(info[0].As<Napi::Object>()));
  } catch (const std::exception& error) {
    return rejected(info.Env(), error);
  }
}

void load(State& state, const TrainerOptions& options) {
  state.trainer = std::make_unique<Trainer>(options);
  inference::capture_log();
  llama_model_params params = llama_model_default_params();
  params.vocab_only = true;
  state.vocabulary_model.reset(llama_model_load_from_file(options.model.path.c_str(), params));
  if (!state.vocabulary_model)
    throw UserError(ErrorCode::load_failed,
                    format("The tokenizer of %s cannot be read: choose another model.", options.model.path.c_str()));
  const llama_vocab* vocab = llama_model_get_vocab(state.vocabulary_model.get());
  // Models made for checks have no vocabulary; libllama aborts when asked about its tokens.
  if (llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE) state.vocabulary = std::make_unique<Vocabulary>(vocab);
}

}  // namespace

}  // namespace repotune

/**
 * openTrainer(config: TrainerConfig): Promise<Trainer>, planTraining(config): Promise<TrainingPlan>, timeTraining(config):
 * Promise<TrainingSpeed[]>, selectKernels(name): string, holdComputing(held: boolean): void
 */
void InitTrainer(Napi::Env env, Napi::Object exports) {
  using namespace repotune;
  auto constructor = std::make_shared<Napi::FunctionReference>(Napi::Persistent(TrainerObject::define(env)));
  constructor->SuppressDestruct();
  exports.Set("openTrainer", Napi::Function::New(env, [constructor](const Napi::CallbackInfo& info) -> Napi::Value {
                return with_options(info, [&](const TrainerOptions& options) {
                  auto state = std::make_shared<State>();
                  return Call::start(
                      info.Env(), [state, options](const OnText&) { load(*state, options); },
                      [state, options, constructor](Napi::Env env) -> Napi::Value {
                        auto held = state;
                        const Trainer& trainer = *state->trainer;
                        Napi::Object object = constructor->New({Napi::External<std::shared_ptr<State>>::New(env, &held)});
                        object.Set("model", model_info(env, facts_of(trainer.model(), state->vocabulary.get(), options.model.path,
                                                                     trainer.device_name())));
                        object.Set("trainableParameters", (double)trainer.trainable_parameters());
                        object.Set("plan", plan_info(env, trainer.plan(), trainer.device_name()));
                        return object;
                      });
                });
              }));
  exports.Set("planTraining", Napi::Function::New(env, [](const Napi::CallbackInfo& info) -> Napi::Value {
                return with_options(info, [&](const TrainerOptions& options) {
                  auto plan = std::make_shared<Plan>();
                  const std::string device = options.device ? ggml_backend_dev_name(options.device) : "CPU";
                  return Call::start(
                      info.Env(), [plan, options](const OnText&) { *plan = plan_training(options); },
                      [plan, device](Napi::Env env) -> Napi::Value { return plan_info(env, *plan, device); });
                });
              }));
  exports.Set("timeTraining", Napi::Function::New(env, [](const Napi::CallbackInfo& info) -> Napi::Value {
                return with_options(info, [&](const TrainerOptions& options) {
                  auto timed = std::make_shared<std::vector<Timed>>();
                  const auto paths = plug_ins_of(info[0].As<Napi::Object>());
                  const auto candidates = inference::devices_of(info[0].As<Napi::Object>().Get("device").ToString().Utf8Value());
                  TrainerOptions on_cpu = options;
                  on_cpu.device = nullptr;
                  return Call::start(
                      info.Env(),
                      [timed, on_cpu, candidates, paths](const OnText&) {
                        Trainer trainer(on_cpu);
                        *timed = time_steps(trainer, candidates);
                        for (const std::string& path : paths)
                          if (!inference::load_gpu_backend(path))
                            timed->push_back({"", path.substr(path.find_last_of("/\\") + 1), 0, inference::gpu_backend_problem(path), ""});
                      },
                      [timed](Napi::Env env) -> Napi::Value { return timed_info(env, *timed); });
                });
              }));
  exports.Set("holdComputing", Napi::Function::New(env, [](const Napi::CallbackInfo& info) { hold().set(info[0].ToBoolean().Value()); }));
  exports.Set("selectKernels", Napi::Function::New(env, [](const Napi::CallbackInfo& info) -> Napi::Value {
                return Napi::String::New(info.Env(), select_kernels(info[0].ToString().Utf8Value().c_str()));
              }));
}
