#pragma once
// The trainer's values to and from JavaScript.
#include <napi.h>

#include <string>
#include <vector>

#include "addon/arguments.h"
#include "addon/model_info.h"
#include "trainer/trainer.h"

namespace repotune {

/** TrainerConfig of server/engine/types.ts. Throws UserError. */
TrainerOptions options_of(const Napi::Object& config);
/** Paths of the GPU plug-ins: not part of the contract's config, filled in by the caller. */
std::vector<std::string> plug_ins_of(const Napi::Object& config);
/** TrainRow[] of server/engine/types.ts, copied. Throws UserError. */
std::vector<Row> rows_of(const Napi::Value& value);
/** `vocabulary` is nullptr if the model has no tokenizer. */
ModelFacts facts_of(const TrainerModel& model, const inference::Vocabulary* vocabulary, const std::string& path, const std::string& device);
/** TrainingPlan of server/engine/native.ts. */
Napi::Object plan_info(Napi::Env env, const Plan& plan, const std::string& device);

}  // namespace repotune
