#include "addon/session_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "addon/arguments.h"
#include "addon/model_info.h"

namespace repotune::values {

using namespace repotune::inference;

namespace {

const char* name_of(StopReason reason) {
  switch (reason) {
    case StopReason::end_of_text: return "end-of-text";
    case StopReason::stop_text: return "stop-text";
    case StopReason::max_tokens: return "max-tokens";
    case StopReason::deadline: return "deadline";
    case StopReason::cancelled: return "cancelled";
    case StopReason::unsure: return "unsure";
  }
  return "";
}

}  // namespace

std::string text_at(const Napi::Object& object, const char* key) {
  return object.Get(key).IsString() ? object.Get(key).As<Napi::String>().Utf8Value() : "";
}
double number_at(const Napi::Object& object, const char* key, double otherwise) {
  const double number = object.Get(key).IsNumber() ? object.Get(key).As<Napi::Number>().DoubleValue() : otherwise;
  if (std::isnan(number)) refuse(key, "a number");
  return number;
}
int count_at(const Napi::Object& object, const char* key, int otherwise) {
  using Limits = std::numeric_limits<int>;
  return static_cast<int>(std::clamp<double>(number_at(object, key, otherwise), Limits::min(), Limits::max()));
}
std::vector<std::string> texts_of(const Napi::Value& value, const char* what) {
  std::vector<std::string> texts;
  const char* const kind = "an array of texts";
  if (!value.IsArray()) refuse(what, kind);
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    if (!array.Get(i).IsString()) refuse(what, kind);
    texts.push_back(array.Get(i).As<Napi::String>().Utf8Value());
  }
  return texts;
}
Adapter adapter_of(const Napi::Value& value) {
  if (!value.IsObject()) return {};
  const auto object = value.As<Napi::Object>();
  return {text_at(object, "id"), text_at(object, "path"), static_cast<float>(number_at(object, "scale", 1))};
}

std::vector<PromptPart> prompt_of(const Napi::Value& value) {
  std::vector<PromptPart> prompt;
  const auto array = array_in(value, "A prompt");
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const auto part = object_in(array.Get(i), "A part of a prompt");
    prompt.push_back({text_at(part, "special"), text_at(part, "text")});
  }
  return prompt;
}

CompleteRequest request_of(const Napi::Object& object) {
  CompleteRequest request{};
  request.prompt = prompt_of(object.Get("prompt"));
  if (object.Get("shorter").IsArray()) {
    const auto shorter = object.Get("shorter").As<Napi::Array>();
    for (uint32_t i = 0; i < shorter.Length(); ++i) request.shorter.push_back(prompt_of(shorter.Get(i)));
  }
  request.fresh_tokens = count_at(object, "freshTokens", -1);
  request.heal = text_at(object, "heal");
  request.max_tokens = count_at(object, "maxTokens", 0);
  request.stops = texts_of(object.Get("stop"), "Stops");
  request.deadline_ms = number_at(object, "deadlineMs", -1);
  request.candidate = count_at(object, "candidate", 0);
  request.adapter = adapter_of(object.Get("adapter"));
  const Napi::Value speculate = object.Get("speculate");
  request.speculate = !speculate.IsBoolean() || speculate.As<Napi::Boolean>().Value();
  request.always_speculate = speculate.IsString();
  request.beside = text_at(object, "beside");
  request.drafts = text_at(object, "drafts");
  request.least_probability = number_at(object, "leastProbability", 0);
  const Napi::Value aside = object.Get("aside");
  request.aside = aside.IsBoolean() && aside.As<Napi::Boolean>().Value();
  return request;
}

std::vector<ScoreSample> samples_of(const Napi::Value& value) {
  std::vector<ScoreSample> samples;
  const auto array = array_in(value, "Sequences to score");
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const auto object = object_in(array.Get(i), "A sequence to score");
    if (!is_typed_array(object.Get("tokens"), napi_int32_array)) refuse("The tokens of a sequence to score", "an Int32Array");
    const auto tokens = object.Get("tokens").As<Napi::Int32Array>();
    samples.push_back({std::vector<llama_token>(tokens.Data(), tokens.Data() + tokens.ElementLength()), count_at(object, "lossFrom", 0),
                       count_at(object, "lossTo", 0)});
  }
  return samples;
}

Napi::Array array_of(Napi::Env env, const std::vector<std::vector<llama_token>>& tokens) {
  auto outer = Napi::Array::New(env, tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    auto inner = Napi::Int32Array::New(env, tokens[i].size());
    std::copy(tokens[i].begin(), tokens[i].end(), inner.Data());
    outer.Set(static_cast<uint32_t>(i), inner);
  }
  return outer;
}

Napi::Array array_of(Napi::Env env, const std::vector<Score>& scores) {
  auto array = Napi::Array::New(env, scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    auto score = Napi::Object::New(env);
    score.Set("nll", scores[i].nll);
    score.Set("tokens", scores[i].tokens);
    score.Set("top1", scores[i].top1);
    array.Set(static_cast<uint32_t>(i), score);
  }
  return array;
}

Napi::Array array_of(Napi::Env env, const std::vector<Device>& devices) {
  auto array = Napi::Array::New(env, devices.size());
  for (size_t i = 0; i < devices.size(); ++i) {
    auto device = Napi::Object::New(env);
    device.Set("name", devices[i].name);
    device.Set("description", devices[i].description);
    device.Set("freeBytes", static_cast<double>(devices[i].free_bytes));
    device.Set("totalBytes", static_cast<double>(devices[i].total_bytes));
    device.Set("bytesPerSecond", devices[i].read_bytes_per_second);
    array.Set(static_cast<uint32_t>(i), device);
  }
  return array;
}

Napi::Object object_of(Napi::Env env, const CompleteResult& result) {
  auto log_probabilities = Napi::Array::New(env, result.log_probabilities.size());
  for (size_t i = 0; i < result.log_probabilities.size(); ++i) log_probabilities.Set(static_cast<uint32_t>(i), result.log_probabilities[i]);
  auto ends = Napi::Array::New(env, result.ends.size());
  for (size_t i = 0; i < result.ends.size(); ++i) ends.Set(static_cast<uint32_t>(i), static_cast<double>(result.ends[i]));
  auto object = Napi::Object::New(env);
  object.Set("text", result.text);
  object.Set("stopReason", name_of(result.stop_reason));
  object.Set("generatedTokens", result.log_probabilities.size());
  object.Set("logProbabilities", log_probabilities);
  object.Set("ends", ends);
  object.Set("prompt", result.prompt);
  object.Set("promptTokens", result.prompt_tokens);
  object.Set("evaluatedTokens", result.evaluated_tokens);
  object.Set("passes", result.passes);
  object.Set("promptMs", result.prompt_ms);
  object.Set("generateMs", result.generate_ms);
  return object;
}

Napi::Object info_of(Napi::Env env, const Model& model) {
  const GgufSummary& summary = model.summary();
  return model_info(env,
                    {model.path(), summary.architecture, summary.name, summary.weight_type, summary.prompt_order, summary.prompt_mark,
                     model.device_name(), static_cast<double>(summary.tensor_bytes), static_cast<double>(model.parameters()),
                     static_cast<double>(model.trained_context()), static_cast<double>(model.vocabulary().size()), &model.vocabulary()});
}

}  // namespace repotune::values
