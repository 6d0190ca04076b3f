// The addon's inference part: marshals between JavaScript values and inference/session.h. Long calls run on the thread pool.
#include <napi.h>

#include <algorithm>
#include <memory>
#if defined(__linux__)
#include <sys/prctl.h>

#include <csignal>
#endif

#include "addon/arguments.h"
#include "addon/call.h"
#include "addon/session_values.h"
#include "addon/timed_info.h"
#include "common/errors.h"
#include "inference/backends.h"
#include "inference/completion_speed.h"
#include "inference/merge.h"
#include "inference/session.h"

namespace {

using namespace repotune::inference;
using namespace repotune::values;
using repotune::Call;
using repotune::ErrorCode;
using repotune::object_in;
using repotune::OnText;
using repotune::or_rejected;
using repotune::or_thrown;
using repotune::throw_js;
using repotune::UserError;

using Shared = std::shared_ptr<Session>;

struct LoadOptions {
  std::string libraries;
  std::vector<std::string> gpu_backends;
  std::string model_path;
  ContextOptions context;
};

void load_backends(const std::string& libraries, const std::vector<std::string>& gpu_backends) {
  load_cpu_backends(libraries);
  for (const std::string& path : gpu_backends) load_gpu_backend(path);
}

Shared session_of(const LoadOptions& options) {
  load_backends(options.libraries, options.gpu_backends);
  return std::make_shared<Session>(options.model_path, options.context);
}

/** `{ result: Promise, cancel() }` */
Napi::Object cancellable(Napi::Env env, Napi::Promise result, std::shared_ptr<Interrupt> interrupt) {
  auto call = Napi::Object::New(env);
  call.Set("result", result);
  call.Set("cancel", Napi::Function::New(env, [interrupt](const Napi::CallbackInfo&) { interrupt->cancel(); }));
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
    if (!session_) throw_js(env, UserError(ErrorCode::closed, "The session was disposed."));
    return session_ != nullptr;
  }
  Napi::Value info(const Napi::CallbackInfo& info) {
    return alive(info.Env()) ? info_of(info.Env(), session_->model()) : info.Env().Undefined();
  }
  Napi::Value tokenize(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    return or_rejected(info.Env(), [&] {
      auto out = std::make_shared<std::vector<std::vector<llama_token>>>();
      return Call::start(
          info.Env(),
          [session = session_, texts = texts_of(info[0], "Texts"), out](const OnText&) {
            for (const std::string& text : texts) out->push_back(session->model().vocabulary().tokenize(text));
          },
          [out](Napi::Env env) -> Napi::Value { return array_of(env, *out); });
    });
  }
  Napi::Value complete(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    return or_thrown(info.Env(), [&] {
      auto interrupt = std::make_shared<Interrupt>();
      auto out = std::make_shared<CompleteResult>();
      const auto promise = Call::start(
          info.Env(),
          [session = session_, request = request_of(object_in(info[0], "A request")), interrupt, out](const OnText& on_text) {
            *out = session->complete(request, *interrupt, on_text);
          },
          [out](Napi::Env env) -> Napi::Value { return object_of(env, *out); },
          info[1].IsFunction() ? info[1].As<Napi::Function>() : Napi::Function());
      return cancellable(info.Env(), promise, interrupt);
    });
  }
  Napi::Value score(const Napi::CallbackInfo& info) {
    if (!alive(info.Env())) return info.Env().Undefined();
    return or_thrown(info.Env(), [&] {
      auto interrupt = std::make_shared<Interrupt>();
      auto out = std::make_shared<std::vector<Score>>();
      const auto promise = Call::start(
          info.Env(),
          [session = session_, samples = samples_of(info[0]), adapter = adapter_of(info[1]), small_batches = info[2].ToBoolean().Value(),
           interrupt, out](const OnText&) { *out = session->score(samples, adapter, *interrupt, small_batches); },
          [out](Napi::Env env) -> Napi::Value { return array_of(env, *out); });
      return cancellable(info.Env(), promise, interrupt);
    });
  }
  Napi::Value dispose(const Napi::CallbackInfo& info) {
    session_.reset();
    return info.Env().Undefined();
  }

  Shared session_;
};

Napi::Value load(const Napi::CallbackInfo& info) {
  return or_rejected(info.Env(), [&] {
    const auto object = object_in(info[0], "Options");
    LoadOptions options{text_at(object, "librariesPath"),
                        texts_of(object.Get("gpuBackends"), "Paths of plug-ins"),
                        text_at(object, "modelPath"),
                        {static_cast<uint32_t>(std::max(0, count_at(object, "contextTokens", 2048))), count_at(object, "threads", 0),
                         text_at(object, "device"), text_at(object, "mergeFolder")}};
    auto session = std::make_shared<Shared>();
    auto* constructor = static_cast<Napi::FunctionReference*>(info.Data());
    return Call::start(
        info.Env(), [session, options](const OnText&) { *session = session_of(options); },
        [session, constructor](Napi::Env env) -> Napi::Value {
          return constructor->New({Napi::External<Shared>::New(env, session.get())});
        });
  });
}

Napi::Value devices(const Napi::CallbackInfo& info) {
  return or_rejected(info.Env(), [&] {
    const auto object = object_in(info[0], "Options");
    auto found = std::make_shared<std::vector<Device>>();
    return Call::start(
        info.Env(),
        [libraries = text_at(object, "librariesPath"), gpu_backends = texts_of(object.Get("gpuBackends"), "Paths of plug-ins"),
         device = text_at(object, "device"), found](const OnText&) {
          load_backends(libraries, gpu_backends);
          *found = devices_for(device);
        },
        [found](Napi::Env env) -> Napi::Value { return array_of(env, *found); });
  });
}

Napi::Value time_model(const Napi::CallbackInfo& info) {
  return or_rejected(info.Env(), [&] {
    const auto object = object_in(info[0], "Options");
    auto timed = std::make_shared<std::vector<repotune::Timed>>();
    return Call::start(
        info.Env(),
        [libraries = text_at(object, "librariesPath"), gpu_backends = texts_of(object.Get("gpuBackends"), "Paths of plug-ins"),
         path = text_at(object, "modelPath"), device = text_at(object, "device"), timed](const OnText&) {
          load_backends(libraries, gpu_backends);
          *timed = time_completions(path, devices_of(device));
        },
        [timed](Napi::Env env) -> Napi::Value { return repotune::timed_info(env, *timed); });
  });
}

Napi::Value merge(const Napi::CallbackInfo& info) {
  return or_rejected(info.Env(), [&] {
    const auto object = object_in(info[0], "Options");
    MergedExport request{text_at(object, "basePath"), text_at(object, "adapterPath"), static_cast<float>(number_at(object, "scale", 1)),
                         text_at(object, "targetPath"), text_at(object, "promptMark")};
    return Call::start(
        info.Env(), [request = std::move(request)](const OnText&) { export_merged(request); },
        [](Napi::Env env) -> Napi::Value { return env.Undefined(); });
  });
}

/** A process stopped by SIGSTOP cannot notice its channel closing: the kernel kills it with its parent. */
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
  auto codes = Napi::Array::New(env);
  for (const char* code : repotune::kErrorCodes) codes.Set(codes.Length(), code);
  exports.Set("errorCodes", codes);
  exports.Set("devices", Napi::Function::New(env, devices, "devices"));
  exports.Set("timeCompletions", Napi::Function::New(env, time_model, "timeCompletions"));
  exports.Set("mergeModel", Napi::Function::New(env, merge, "mergeModel"));
  exports.Set("loadSession", Napi::Function::New(env, load, "loadSession", constructor));
}
