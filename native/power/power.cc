// Whether Windows draws from its battery. Not part of the addon: the language server asks this, and loads nothing that could crash it.
#include <node_api.h>
#include <windows.h>

/** false if the system does not tell. */
static napi_value on_battery(napi_env env, napi_callback_info) {
  SYSTEM_POWER_STATUS power{};
  const bool known = GetSystemPowerStatus(&power) != 0;
  napi_value answer = nullptr;
  napi_get_boolean(env, known && power.ACLineStatus == 0, &answer);
  return answer;
}

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "onBattery", NAPI_AUTO_LENGTH, on_battery, nullptr, &function);
  napi_set_named_property(env, exports, "onBattery", function);
  return exports;
}
