// The driver: ggml's memory pool reserves addresses, and maps memory as it grows.
#include <sys/mman.h>

#include "card.h"

using namespace dry_cuda;

API const char* cudaGetErrorString(int error);

namespace {

/** CU_DEVICE_ATTRIBUTE_… */
constexpr int kMajor = 75, kMinor = 76, kVirtualMemory = 102;
constexpr size_t kGranularity = 2 << 20;

}  // namespace

API int cuInit(unsigned) { return kOk; }
API int cuDeviceGetByPCIBusId(int* device, const char*) {
  *device = 0;
  return kOk;
}
API int cuDeviceGet(int* device, int) {
  *device = 0;
  return kOk;
}
API int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == kMajor ? capability() / 10 : attribute == kMinor ? capability() % 10 : attribute == kVirtualMemory;
  return kOk;
}
API int cuGetErrorString(int error, const char** text) {
  *text = cudaGetErrorString(error);
  return kOk;
}
API int cuMemAddressReserve(DevicePointer* to, size_t bytes, size_t, DevicePointer, uint64_t) {
  *to = (DevicePointer)(uintptr_t)mapped(bytes, false);
  return *to ? kOk : kOutOfMemory;
}
API int cuMemAddressFree(DevicePointer at, size_t bytes) { return munmap((void*)(uintptr_t)at, bytes) ? kInvalidValue : kOk; }
API int cuMemCreate(uint64_t* handle, size_t bytes, const void*, uint64_t) {
  *handle = bytes;
  return locked([&](Card& c) {
    if (!c.take(bytes)) return kOutOfMemory;
    c.pool += bytes;
    if (c.pool > c.pool_peak) c.pool_peak = c.pool;
    return kOk;
  });
}
API int cuMemGetAllocationGranularity(size_t* bytes, const void*, int) {
  *bytes = kGranularity;
  return kOk;
}
API int cuMemMap(DevicePointer at, size_t bytes, size_t, uint64_t, uint64_t) {
  return mprotect((void*)(uintptr_t)at, bytes, PROT_READ | PROT_WRITE) ? kInvalidValue : kOk;
}
API int cuMemRelease(uint64_t) { return kOk; }
API int cuMemSetAccess(DevicePointer, size_t, const void*, size_t) { return kOk; }
API int cuMemUnmap(DevicePointer, size_t bytes) {
  return locked([&](Card& c) {
    c.used -= bytes;
    c.pool -= bytes;
    return kOk;
  });
}
