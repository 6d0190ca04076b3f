// Module init: each part of the addon adds its own exports.
#include <napi.h>

void InitSession(Napi::Env env, Napi::Object exports);
#if REPOTUNE_TRAINER
void InitTrainer(Napi::Env env, Napi::Object exports);
#endif

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  InitSession(env, exports);
#if REPOTUNE_TRAINER
  InitTrainer(env, exports);
#endif
  return exports;
}

NODE_API_MODULE(repotune, Init)
