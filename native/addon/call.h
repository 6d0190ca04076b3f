#pragma once
// A call on a worker thread that answers with a promise.
#include <napi.h>

#include <functional>
#include <new>
#include <string>

#include "common/errors.h"

namespace repotune {

/** Runs `work` off the JavaScript thread; `result` turns what it left into a value. Where a GPU failed, the error's code is ERR_DEVICE. */
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
    } catch (const DeviceError& error) {
      device_failed_ = true;
      SetError(error.what());
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
  void OnError(const Napi::Error& error) override {
    const Napi::HandleScope scope(Env());
    if (device_failed_) error.Set("code", "ERR_DEVICE");
    deferred_.Reject(error.Value());
  }

 private:
  Call(Napi::Env env, Work work, Result result)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), result_(std::move(result)) {}
  Napi::Promise::Deferred deferred_;
  Work work_;
  Result result_;
  bool device_failed_ = false;
};

inline Napi::Promise rejected(Napi::Env env, const std::string& message) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Reject(Napi::Error::New(env, message).Value());
  return deferred.Promise();
}

}  // namespace repotune
