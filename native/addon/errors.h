#pragma once
// Errors as they cross to JavaScript: a code for behaviour, a sentence for the user (NativeError of server/engine/native.ts).
#include <napi.h>

#include <exception>
#include <string>

#include "common/errors.h"

namespace repotune {

struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  /** For a Diverged error; else nullptr. */
  const char* quantity = nullptr;
  double value = 0;
};

inline Failure failure_of(const std::exception& error) {
  Failure failure{code_of(error), error.what()};
  if (dynamic_cast<const std::bad_alloc*>(&error))
    failure.message = "Out of memory: use a smaller context, a lower rank or a smaller model.";
  if (const auto* diverged = dynamic_cast<const Diverged*>(&error)) {
    failure.quantity = diverged->quantity;
    failure.value = diverged->value;
  }
  return failure;
}

inline Napi::Error js_error(Napi::Env env, const Failure& failure) {
  const Napi::Error error = Napi::Error::New(env, failure.message);
  error.Set("code", kErrorCodes[(size_t)failure.code]);
  if (failure.quantity) {
    error.Set("quantity", failure.quantity);
    error.Set("value", failure.value);
  }
  return error;
}

/** Throws the exception of a synchronous function. */
inline void throw_js(Napi::Env env, const std::exception& error) { js_error(env, failure_of(error)).ThrowAsJavaScriptException(); }

}  // namespace repotune
