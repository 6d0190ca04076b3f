#pragma once
// Checks of JavaScript's arguments. Without C++ exceptions of Node's own, what it refuses leaves an empty value behind, and the next call
// on that ends the process: so each kind of value is checked before it is used.
#include <napi.h>

#include <exception>
#include <string>

#include "addon/call.h"
#include "addon/errors.h"
#include "common/errors.h"

namespace repotune {

[[noreturn]] inline void refuse(const std::string& what, const char* kind) {
  throw UserError(ErrorCode::invalid_argument, what + " must be " + kind + ".");
}

inline Napi::Object object_in(const Napi::Value& value, const std::string& what) {
  if (!value.IsObject()) refuse(what, "an object");
  return value.As<Napi::Object>();
}

inline Napi::Array array_in(const Napi::Value& value, const std::string& what) {
  if (!value.IsArray()) refuse(what, "an array");
  return value.As<Napi::Array>();
}

inline std::string text_in(const Napi::Value& value, const std::string& what) {
  if (!value.IsString()) refuse(what, "a text");
  return value.As<Napi::String>().Utf8Value();
}

inline double number_in(const Napi::Value& value, const std::string& what) {
  if (!value.IsNumber()) refuse(what, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

inline bool is_typed_array(const Napi::Value& value, napi_typedarray_type type) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type;
}

/** What `work` returns; its exception is thrown in JavaScript. */
template <typename Work>
Napi::Value or_thrown(Napi::Env env, Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    throw_js(env, error);
    return env.Undefined();
  }
}

/** What `work` returns; its exception becomes a rejected promise. */
template <typename Work>
Napi::Value or_rejected(Napi::Env env, Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return rejected(env, error);
  }
}

}  // namespace repotune
