#include "addon/timed_info.h"

namespace repotune {

Napi::Array timed_info(Napi::Env env, const std::vector<Timed>& timed) {
  Napi::Array array = Napi::Array::New(env, timed.size());
  for (size_t i = 0; i < timed.size(); i++) {
    Napi::Object item = Napi::Object::New(env);
    item.Set("device", timed[i].device);
    item.Set("name", timed[i].name);
    item.Set("tokensPerSecond", timed[i].tokens_per_second);
    item.Set("reason", timed[i].reason);
    item.Set("plan", timed[i].plan);
    item.Set("faulty", timed[i].faulty);
    array.Set((uint32_t)i, item);
  }
  return array;
}

}  // namespace repotune
