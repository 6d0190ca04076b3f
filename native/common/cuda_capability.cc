#include "common/cuda_capability.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace repotune {

namespace {

// The driver's interface, which is the same in every release: CUresult, CUdevice and CUdevice_attribute are ints.
#ifdef _WIN32
#define CUDA_CALL __stdcall
void* driver_function(const char* name) {
  static const HMODULE driver = LoadLibraryExA("nvcuda.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  return driver ? (void*)GetProcAddress(driver, name) : nullptr;
}
#else
#define CUDA_CALL
void* driver_function(const char* name) {
  static void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  return driver ? dlsym(driver, name) : nullptr;
}
#endif

constexpr int kCapabilityMajor = 75, kCapabilityMinor = 76;

}  // namespace

int cuda_capability(ggml_backend_dev_t device) {
  const auto init = (int(CUDA_CALL*)(unsigned))driver_function("cuInit");
  const auto find = (int(CUDA_CALL*)(int*, const char*))driver_function("cuDeviceGetByPCIBusId");
  const auto attribute = (int(CUDA_CALL*)(int*, int, int))driver_function("cuDeviceGetAttribute");
  ggml_backend_dev_props props{};
  ggml_backend_dev_get_props(device, &props);
  int card = 0, major = 0, minor = 0;
  const bool told = init && find && attribute && props.device_id && init(0) == 0 && find(&card, props.device_id) == 0 &&
                    attribute(&major, kCapabilityMajor, card) == 0 && attribute(&minor, kCapabilityMinor, card) == 0;
  return told ? 10 * major + minor : 0;
}

}  // namespace repotune
