// CUDA's run-time: the device and its memory.
#include <sys/mman.h>

#include <cstdio>
#include <cstring>

#include "card.h"

using namespace dry_cuda;

namespace {

/** cudaDevAttrCooperativeLaunch. */
constexpr int kCooperativeLaunch = 95;
/** cudaMemcpyKind. */
constexpr int kToDevice = 1, kToHost = 2, kOnDevice = 3;
/** Larger fills would only touch memory that nothing reads. */
constexpr size_t kMostFilled = 64 << 20;

thread_local int last_error = kOk;

template <typename T>
void put(void* structure, size_t offset, T value) {
  memcpy((char*)structure + offset, &value, sizeof value);
}

int copy(void* to, const void* from, size_t bytes, int kind) {
  locked([&](Card& c) {
    if (kind == kToDevice) c.sent += (long)bytes;
    if (kind == kToHost) c.fetched += (long)bytes;
    return kOk;
  });
  memmove(to, from, bytes);
  return kOk;
}

}  // namespace

API int cudaGetDeviceCount(int* count) {
  *count = 1;
  return kOk;
}
API int cudaGetDevice(int* device) {
  *device = 0;
  return kOk;
}
API int cudaSetDevice(int) { return kOk; }
API int cudaSetDeviceFlags(unsigned) { return kOk; }
API int cudaDeviceSynchronize() { return kOk; }
API int cudaDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == kCooperativeLaunch;
  return kOk;
}
API int cudaDeviceGetPCIBusId(char* id, int length, int) {
  snprintf(id, (size_t)length, "0000:01:00.0");
  return kOk;
}
API int cudaDeviceCanAccessPeer(int* can, int, int) {
  *can = 0;
  return kOk;
}
API int cudaDeviceEnablePeerAccess(int, unsigned) { return kOk; }
API int cudaGetDeviceProperties(void* properties, int) {
  // cudaDeviceProp of CUDA 13
  constexpr size_t kBytes = 1008, kTotal = 288, kShared = 296, kRegisters = 304, kWarp = 308, kThreads = 320, kMajor = 360, kMinor = 364,
                   kMultiprocessors = 384, kBus = 592, kL2 = 596, kSharedPerMultiprocessor = 624, kSharedOptIn = 672;
  memset(properties, 0, kBytes);
  snprintf((char*)properties, 256, "a card that computes nothing");
  put(properties, kTotal, card_bytes());
  put(properties, kShared, (size_t)49152);
  put(properties, kSharedOptIn, (size_t)(capability() >= 90 ? 232448 : 101376));
  put(properties, kSharedPerMultiprocessor, (size_t)(capability() >= 90 ? 233472 : 102400));
  put(properties, kRegisters, 65536);
  put(properties, kWarp, 32);
  put(properties, kThreads, 1024);
  put(properties, kMajor, capability() / 10);
  put(properties, kMinor, capability() % 10);
  put(properties, kMultiprocessors, 128);
  put(properties, kBus, 384);
  put(properties, kL2, 50 << 20);
  return kOk;
}
API const char* cudaGetErrorString(int error) { return error == kOutOfMemory ? "out of memory" : "refused by dry_cuda"; }
API int cudaGetLastError() {
  const int error = last_error;
  last_error = kOk;
  return error;
}
API int cudaPeekAtLastError() { return last_error; }

// Memory
API int cudaMalloc(void** to, size_t bytes) {
  return locked([&](Card& c) {
    *to = c.take(bytes) ? mapped(bytes, true) : nullptr;
    if (!*to) return last_error = kOutOfMemory;
    c.blocks[*to] = bytes;
    return kOk;
  });
}
API int cudaMallocManaged(void** to, size_t bytes, unsigned) { return cudaMalloc(to, bytes); }
API int cudaFree(void* at) {
  return locked([&](Card& c) {
    const auto block = c.blocks.find(at);
    if (!at) return kOk;
    if (block == c.blocks.end()) return last_error = kInvalidValue;
    munmap(at, block->second ? block->second : 1);
    c.used -= block->second;
    c.blocks.erase(block);
    return kOk;
  });
}
API int cudaMallocHost(void** to, size_t bytes) { return posix_memalign(to, 4096, bytes ? bytes : 1) ? last_error = kOutOfMemory : kOk; }
API int cudaHostAlloc(void** to, size_t bytes, unsigned) { return cudaMallocHost(to, bytes); }
API int cudaFreeHost(void* at) {
  free(at);
  return kOk;
}
API int cudaHostGetDevicePointer(void** to, void* host, unsigned) {
  *to = host;
  return kOk;
}
API int cudaHostRegister(void*, size_t, unsigned) { return kOk; }
API int cudaHostUnregister(void*) { return kOk; }
API int cudaMemGetInfo(size_t* free_bytes, size_t* total) {
  return locked([&](Card& c) {
    *total = card_bytes();
    *free_bytes = c.used + kContextBytes > *total ? 0 : *total - c.used - kContextBytes;
    return kOk;
  });
}
API int cudaMemcpyAsync(void* to, const void* from, size_t bytes, int kind, Handle) { return copy(to, from, bytes, kind); }
API int cudaMemcpyPeerAsync(void* to, int, const void* from, int, size_t bytes, Handle) { return copy(to, from, bytes, kOnDevice); }
API int cudaMemcpy2DAsync(void* to, size_t to_row, const void* from, size_t from_row, size_t width, size_t rows, int kind, Handle) {
  for (size_t row = 0; row < rows; row++) copy((char*)to + row * to_row, (const char*)from + row * from_row, width, kind);
  return kOk;
}
API int cudaMemset(void* at, int value, size_t bytes) {
  if (value || bytes <= kMostFilled) memset(at, value, bytes);
  return kOk;
}
API int cudaMemsetAsync(void* at, int value, size_t bytes, Handle) { return cudaMemset(at, value, bytes); }
