#pragma once
// A call on the thread pool that returns a promise, and may report text on the way.
#include <napi.h>

#include <functional>
#include <string>
#include <utility>

#include "addon/errors.h"

namespace repotune {

/** Receives the text that became final since its last call. */
using OnText = std::function<void(const std::string&)>;

/** Runs `work` off the JavaScript thread; `result` converts its outcome into a value. Exceptions reject the promise, with their code. */
class Call : public Napi::AsyncProgressQueueWorker<char> {
 public:
  using Work = std::function<void(const OnText&)>;
  using Result = std::function<Napi::Value(Napi::Env)>;
  static Napi::Promise start(Napi::Env env, Work work, Result result, Napi::Function on_text = {}) {
    auto* call = new Call(env, std::move(work), std::move(result), on_text);
    const Napi::Promise promise = call->deferred_.Promise();
    call->Queue();
    return promise;
  }

 protected:
  void Execute(const ExecutionProgress& progress) override {
    try {
      work_([&](const std::string& text) {
        if (!on_text_.IsEmpty()) progress.Send(text.data(), text.size());
      });
    } catch (const std::exception& error) {
      failure_ = failure_of(error);
      SetError(failure_.message);
    }
  }
  void OnProgress(const char* data, size_t size) override {
    if (data && !on_text_.IsEmpty()) on_text_.Call({Napi::String::New(Env(), data, size)});
  }
  void OnOK() override {
    const Napi::HandleScope scope(Env());
    deferred_.Resolve(result_(Env()));
  }
  void OnError(const Napi::Error&) override {
    const Napi::HandleScope scope(Env());
    deferred_.Reject(js_error(Env(), failure_).Value());
  }

 private:
  Call(Napi::Env env, Work work, Result result, Napi::Function on_text)
      : AsyncProgressQueueWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), result_(std::move(result)) {
    if (!on_text.IsEmpty()) on_text_ = Napi::Persistent(on_text);
  }
  Napi::Promise::Deferred deferred_;
  Napi::FunctionReference on_text_;
  Work work_;
  Result result_;
  Failure failure_;
};

/** A call that failed before it began. */
inline Napi::Promise rejected(Napi::Env env, const std::exception& error) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Reject(js_error(env, failure_of(error)).Value());
  return deferred.Promise();
}

}  // namespace repotune
