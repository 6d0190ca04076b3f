#pragma once
// Converts the addon's inference values between JavaScript and inference/session.h.
#include <napi.h>

#include <string>
#include <vector>

#include "inference/backends.h"
#include "inference/session.h"

namespace repotune::values {

/** "" if the key holds no text. */
std::string text_at(const Napi::Object& object, const char* key);
/** Throws UserError for NaN, as do the following for values of another kind. */
double number_at(const Napi::Object& object, const char* key, double otherwise);
/** Within the bounds of an int. */
int count_at(const Napi::Object& object, const char* key, int otherwise);
/** `what` they are, for the message. */
std::vector<std::string> texts_of(const Napi::Value& value, const char* what);
inference::Adapter adapter_of(const Napi::Value& value);
inference::CompleteRequest request_of(const Napi::Object& object);
/** `lossFrom`, `lossTo` and an Int32Array `tokens` each. */
std::vector<inference::ScoreSample> samples_of(const Napi::Value& value);

Napi::Object object_of(Napi::Env env, const inference::CompleteResult& result);
/** An Int32Array each. */
Napi::Array array_of(Napi::Env env, const std::vector<std::vector<llama_token>>& tokens);
Napi::Array array_of(Napi::Env env, const std::vector<inference::Score>& scores);
Napi::Array array_of(Napi::Env env, const std::vector<inference::Device>& devices);
Napi::Object info_of(Napi::Env env, const inference::Model& model);

}  // namespace repotune::values
