#pragma once
// ModelInfo of server/engine/types.ts, for a model being served or trained.
#include <napi.h>

#include <string>

#include "inference/vocabulary.h"

namespace repotune {

struct ModelFacts {
  std::string path, architecture, name, weight_type, prompt_order, prompt_mark, device;
  double size_bytes, parameters, context_length, vocabulary_size;
  /** nullptr if the model has no tokenizer. */
  const inference::Vocabulary* vocabulary;
};

Napi::Object model_info(Napi::Env env, const ModelFacts& facts);

}  // namespace repotune
