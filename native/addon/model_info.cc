#include "addon/model_info.h"

namespace repotune {

Napi::Object model_info(Napi::Env env, const ModelFacts& facts) {
  auto info = Napi::Object::New(env), special = Napi::Object::New(env);
  if (facts.vocabulary)
    for (const auto& [role, token] : facts.vocabulary->special()) special.Set(role, token);
  info.Set("path", facts.path);
  info.Set("architecture", facts.architecture);
  info.Set("name", facts.name);
  info.Set("sizeBytes", facts.size_bytes);
  info.Set("parameters", facts.parameters);
  info.Set("contextLength", facts.context_length);
  info.Set("vocabularySize", facts.vocabulary_size);
  info.Set("weightType", facts.weight_type);
  info.Set("special", special);
  const std::string& order = facts.prompt_order;
  const bool known = order == "suffix-first" || order == "suffix-first-line" || order == "prefix-first";
  info.Set("promptOrder", known ? Napi::Value(Napi::String::New(env, order)) : env.Null());
  if (!facts.prompt_mark.empty()) info.Set("promptMark", facts.prompt_mark);
  info.Set("device", facts.device);
  return info;
}

}  // namespace repotune
