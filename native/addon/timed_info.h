#pragma once
// DeviceSpeed[] of server/engine/types.ts.
#include <napi.h>

#include <vector>

#include "common/timed.h"

namespace repotune {

Napi::Array timed_info(Napi::Env env, const std::vector<Timed>& timed);

}  // namespace repotune
