// CUDA's run-time: kernels.
#include <cstdio>
#include <cstring>

#include "card.h"

using namespace dry_cuda;

namespace {

/** cudaLaunchConfig_t. */
struct LaunchConfig {
  Dim3 grid, block;
  size_t shared;
  Handle stream, attributes;
  unsigned count;
};

int launch(const void* kernel, Dim3 grid, Dim3 block) {
  return locked([&](Card& c) {
    const uint64_t threads = (uint64_t)block.x * block.y * block.z;
    const bool empty = !grid.x || !grid.y || !grid.z || threads == 0;
    if (empty || grid.x > INT32_MAX || grid.y > UINT16_MAX || grid.z > UINT16_MAX || threads > 1024) {
      c.refused++;
      fprintf(stderr, "dry_cuda: %s cannot be launched with %u x %u x %u blocks of %u x %u x %u\n", c.kernels[kernel].c_str(), grid.x,
              grid.y, grid.z, block.x, block.y, block.z);
      return kInvalidConfiguration;
    }
    c.launched++;
    return kOk;
  });
}

template <typename T>
void put(void* structure, size_t offset, T value) {
  memcpy((char*)structure + offset, &value, sizeof value);
}

struct Call {
  Dim3 grid, block;
  size_t shared;
  Handle stream;
};
thread_local Call configured;

}  // namespace

API void** __cudaRegisterFatBinary(void*) {
  static void* handle;
  return &handle;
}
API void __cudaRegisterFatBinaryEnd(void**) {}
API void __cudaUnregisterFatBinary(void**) {}
API void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
API void __cudaRegisterFunction(void**, const char* host, char*, const char* name, int, void*, void*, void*, void*, int*) {
  card().kernels[host] = name;
}
API unsigned __cudaPushCallConfiguration(Dim3 grid, Dim3 block, size_t shared, Handle stream) {
  configured = {grid, block, shared, stream};
  return 0;
}
API int __cudaPopCallConfiguration(Dim3* grid, Dim3* block, size_t* shared, Handle* stream) {
  *grid = configured.grid;
  *block = configured.block;
  *shared = configured.shared;
  *stream = configured.stream;
  return kOk;
}
API int __cudaGetKernel(const void** kernel, const void* host) {
  *kernel = host;
  return kOk;
}
API int __cudaLaunchKernel(const void* kernel, Dim3 grid, Dim3 block, void**, size_t, Handle) { return launch(kernel, grid, block); }
API int cudaLaunchCooperativeKernel(const void* kernel, Dim3 grid, Dim3 block, void**, size_t, Handle) {
  return launch(kernel, grid, block);
}
API int cudaLaunchKernelExC(const LaunchConfig* config, const void* kernel, void**) { return launch(kernel, config->grid, config->block); }
API int cudaFuncGetAttributes(void* attributes, const void*) {
  constexpr size_t kBytes = 144, kMostThreads = 24, kPtx = 32, kBinary = 36;
  memset(attributes, 0, kBytes);
  put(attributes, kMostThreads, 1024);
  put(attributes, kPtx, capability());
  put(attributes, kBinary, capability());
  return kOk;
}
API int cudaFuncSetAttribute(const void*, int, int) { return kOk; }
API int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, const void*, int, size_t, unsigned) {
  *blocks = 1;
  return kOk;
}
