// The inference part of the addon: marshals between JavaScript values and inference/session.h. Long calls run on the thread pool.
#include <napi.h>

#include <memory>
#if defined(__linux__)
#include <sys/prctl.h>

#include <csignal>
#endif

#include "addon/session_values.h"
#include "common/errors.h"
#include "inference/backends.h"
#include "inference/merge.h"
#include "inference/session.h"

namespace {

using namespace repotune::inference;
using namespace repotune::values;
using repotune::UserError;

/** Work on the thread pool whose C++ exceptions become a rejected promise, with text progress. */
class Task : public Napi::AsyncProgressQueueWorker<char> {
 public:
  Task(Napi::Env env, Napi::Function on_text)
      : AsyncProgressQueueWorker(env), deferred_(Napi::Promise::Deferred::New(env)), has_listener_(!on_text.IsEmpty()) {
    if (has_listener_) on_text_ = Napi::Persistent(on_text);
  }
  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  virtual void work(const std::function<void(const std::string&)>& on_text) = 0;
  virtual Napi::Value result(Napi::Env env) = 0;

  void Execute(const ExecutionProgress& progress) override {
    try {
      work([&](const std::string& text) {
        if (has_listener_) progress.Send(text.data(), text.size());
      });
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }
  void OnProgress(const char* data, size_t size) override {
    if (data && has_listener_) on_text_.Call({Napi::String::New(Env(), data, size)});
  }
  void OnOK() override { deferred_.Resolve(result(Env())); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Napi::FunctionReference on_text_;
  bool has_listener_;
};

using Shared = std::shared_ptr<Session>;

class TokenizeTask : public Task {
 public:
  TokenizeTask(Napi::Env env, Shared session, std::vector<std::string> texts)
      : Task(env, {}), session_(std::move(session)), texts_(std::move(texts)) {}

 protected:
  void work(const std::function<void(const std::string&)>&) override {
    for (const std::string& text : texts_) tokens_.push_back(session_->model().vocabulary().tokenize(text));
  }
  Napi::Value result(Napi::Env env) override {
    auto outer = Napi::Array::New(env, tokens_.size());
    for (size_t i = 0; i < tokens_.size(); ++i) {
      auto inner = Napi::Int32Array::New(env, tokens_[i].size());
      std::copy(tokens_[i].begin(), tokens_[i].end(), inner.Data());
      outer.Set(static_cast<uint32_t>(i), inner);
    }
    return outer;
  }

 private:
  Shared session_;
  std::vector<std::string> texts_;
  std::vector<std::vector<llama_token>> tokens_;
};

class CompleteTask : public Task {
 public:
  CompleteTask(Napi::Env env, Shared session, CompleteRequest request, std::shared_ptr<Interrupt> interrupt, Napi::Function on_text)
      : Task(env, on_text), session_(std::move(session)), request_(std::move(request)), interrupt_(std::move(interrupt)) {}

 protected:
  void work(const std::function<void(const std::string&)>& on_text) override {
    result_ = session_->complete(request_, *interrupt_, on_text);
  }
  Napi::Value result(Napi::Env env) override { return object_of(env, result_); }

 private:
  Shared session_;
  CompleteRequest request_;
  std::shared_ptr<Interrupt> interrupt_;
  CompleteResult result_;
};

class ScoreTask : public Task {
 public:
  ScoreTask(Napi::Env env, Shared session, std::vector<ScoreSample> samples, Adapter adapter, std::shared_ptr<Interrupt> interrupt)
      : Task(env, {}),
        session_(std::move(session)),
        samples_(std::move(samples)),
        adapter_(std::move(adapter)),
        interrupt_(std::move(interrupt)) {}

 protected:
  void work(const std::function<void(const std::string&)>&) override { scores_ = session_->score(samples_, adapter_, *interrupt_); }
  Napi::Value result(Napi::Env env) override { return array_of(env, scores_); }

 private:
  Shared session_;
  std::vector<ScoreSample> samples_;
  Adapter adapter_;
  std::shared_ptr<Interrupt> interrupt_;
  std::vector<Score> scores_;
};

struct LoadOptions {
  std::string libraries;
  std::vector<std::string> gpu_backends;
  std::string model_path;
  ContextOptions context;
};

class LoadTask : public Task {
 public:
  LoadTask(Napi::Env env, LoadOptions options, Napi::FunctionReference* constructor)
      : Task(env, {}), options_(std::move(options)), constructor_(constructor) {}

 protected:
  void work(const std::function<void(const std::string&)>&) override {
    load_cpu_backends(options_.libraries);
    for (const std::string& path : options_.gpu_backends) load_gpu_backend(path);
    try {
      session_ = std::make_shared<Session>(options_.model_path, options_.context);
    } catch (const UserError&) {
      // A device chosen by us that cannot hold the model is no failure.
      if (options_.context.device != "auto") throw;
      options_.context.device = "cpu";
      session_ = std::make_shared<Session>(options_.model_path, options_.context);
    }
  }
  Napi::Value result(Napi::Env env) override { return constructor_->New({Napi::External<Shared>::New(env, &session_)}); }

 private:
  LoadOptions options_;
  Napi::FunctionReference* constructor_;
  Shared session_;
};

class MergeTask : public Task {
 public:
  MergeTask(Napi::Env env, MergedExport request) : Task(env, {}), request_(std::move(request)) {}

 protected:
  void work(const std::function<void(const std::string&)>&) override { export_merged(request_); }
  Napi::Value result(Napi::Env env) override { return env.Undefined(); }

 private:
  MergedExport request_;
};

struct DevicesOptions {
  std::string libraries;
  std::vector<std::string> gpu_backends;
  std::string device;
};

class DevicesTask : public Task {
 public:
  DevicesTask(Napi::Env env, DevicesOptions options) : Task(env, {}), options_(std::move(options)) {}

 protected:
  void work(const std::function<void(const std::string&)>&) override {
    load_cpu_backends(options_.libraries);
    for (const std::string& path : options_.gpu_backends) load_gpu_backend(path);
    devices_ = devices_for(options_.device);
  }
  Napi::Value result(Napi::Env env) override { return array_of(env, devices_); }

 private:
  DevicesOptions options_;
  std::vector<Device> devices_;
};

/** `{ result: Promise, cancel() }` */
Napi::Object call_of(Napi::Env env, Task* task, std::shared_ptr<Interrupt> interrupt) {
  auto call = Napi::Object::New(env);
  call.Set("result", task->promise());
  call.Set("cancel", Napi::Function::New(env, [interrupt](const Napi::CallbackInfo&) { interrupt->cancel(); }));
  task->Queue();
  return call;
}

class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Session",
                       {InstanceMethod<&SessionObject::info>("info"), InstanceMethod<&SessionObject::tokenize>("tokenize"),
                        InstanceMethod<&SessionObject::complete>("complete"), InstanceMethod<&SessionObject::score>("score"),
                        InstanceMethod<&SessionObject::dispose>("dispose")});
  }
  explicit SessionObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    if (info[0].IsExternal()) session_ = *info[0].As<Napi::External<Shared>>().Data();
  }

 private:
  bool alive(Napi::Env env) const {
    if (!session_) Napi::Error::New(env, "The session was disposed.").ThrowAsJavaScriptException();
    return session_ != nullptr;
  }
  Napi::Value info(const Napi::CallbackInfo& info) {
    return alive(info.Env()) ? info_of(info.Env(), session_->model()) : info.Env().Undefined();
  }
  Napi::Value tokenize(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    auto* task = new TokenizeTask(info.Env(), session_, texts_of(info[0]));
    const Napi::Promise promise = task->promise();
    task->Queue();
    return promise;
  }
  Napi::Value complete(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    auto interrupt = std::make_shared<Interrupt>();
    const auto on_text = info[1].IsFunction() ? info[1].As<Napi::Function>() : Napi::Function();
    return call_of(info.Env(), new CompleteTask(info.Env(), session_, request_of(info[0].As<Napi::Object>()), interrupt, on_text),
                   interrupt);
  }
  Napi::Value score(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    auto interrupt = std::make_shared<Interrupt>();
    return call_of(info.Env(), new ScoreTask(info.Env(), session_, samples_of(info[0]), adapter_of(info[1]), interrupt), interrupt);
  }
  Napi::Value dispose(const Napi::CallbackInfo& info) {
    session_.reset();
    return info.Env().Undefined();
  }

  Shared session_;
};

Napi::Value load(const Napi::CallbackInfo& info) {
  const auto object = info[0].As<Napi::Object>();
  LoadOptions options{text_at(object, "librariesPath"),
                      texts_of(object.Get("gpuBackends")),
                      text_at(object, "modelPath"),
                      {static_cast<uint32_t>(number_at(object, "contextTokens", 2048)), static_cast<int>(number_at(object, "threads", 0)),
                       text_at(object, "device"), text_at(object, "mergeFolder")}};
  auto* task = new LoadTask(info.Env(), std::move(options), static_cast<Napi::FunctionReference*>(info.Data()));
  const Napi::Promise promise = task->promise();
  task->Queue();
  return promise;
}

Napi::Value devices(const Napi::CallbackInfo& info) {
  const auto object = info[0].As<Napi::Object>();
  auto* task =
      new DevicesTask(info.Env(), {text_at(object, "librariesPath"), texts_of(object.Get("gpuBackends")), text_at(object, "device")});
  const Napi::Promise promise = task->promise();
  task->Queue();
  return promise;
}

Napi::Value merge(const Napi::CallbackInfo& info) {
  const auto object = info[0].As<Napi::Object>();
  auto* task = new MergeTask(info.Env(), {text_at(object, "basePath"), text_at(object, "adapterPath"),
                                          static_cast<float>(number_at(object, "scale", 1)), text_at(object, "targetPath")});
  const Napi::Promise promise = task->promise();
  task->Queue();
  return promise;
}

/** A process stopped by SIGSTOP cannot see its channel close: the kernel ends it with its parent. */
void die_with_parent(const Napi::CallbackInfo&) {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

}  // namespace

void InitSession(Napi::Env env, Napi::Object exports) {
  capture_log();
  auto* constructor = new Napi::FunctionReference(Napi::Persistent(SessionObject::define(env)));
  env.AddCleanupHook([constructor] { delete constructor; });
  exports.Set("dieWithParent", Napi::Function::New(env, die_with_parent, "dieWithParent"));
  exports.Set("devices", Napi::Function::New(env, devices, "devices"));
  exports.Set("mergeModel", Napi::Function::New(env, merge, "mergeModel"));
  exports.Set("loadSession", Napi::Function::New(env, load, "loadSession", constructor));
}
