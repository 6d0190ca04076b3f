// cuBLAS.
#include "card.h"

using namespace dry_cuda;

API int cudaFreeHost(void* at);

namespace {

/** cudaDataType, cublasComputeType_t. */
constexpr int kF32 = 0, kF16 = 2, kBf16 = 14, kIn16 = 64, kIn32 = 68;

const char* name_of(int type) { return type == kF32 ? "F32" : type == kF16 ? "F16" : type == kBf16 ? "BF16" : "other"; }

int multiply(int a, int b, int compute) {
  const char* sum = compute == kIn16 ? "F16" : compute == kIn32 ? "F32" : "other";
  const std::string name = std::string(name_of(a)) + " x " + name_of(b) + " in " + sum;
  return locked([&](Card& c) {
    c.products[name]++;
    return kOk;
  });
}

}  // namespace

API int cublasCreate_v2(Handle* handle) { return opaque(handle); }
API int cublasDestroy_v2(Handle handle) { return cudaFreeHost(handle); }
API const char* cublasGetStatusString(int) { return "refused by dry_cuda"; }
API int cublasSetMathMode(Handle, int) { return kOk; }
API int cublasSetStream_v2(Handle, Handle) { return kOk; }
API int cublasSetWorkspace_v2(Handle, void*, size_t) { return kOk; }
API int cublasGemmEx(Handle, int, int, int, int, int, const void*, const void*, int a, int, const void*, int b, int, const void*, void*,
                     int, int, int compute, int) {
  return multiply(a, b, compute);
}
API int cublasGemmBatchedEx(Handle, int, int, int, int, int, const void*, const void* const*, int a, int, const void* const*, int b, int,
                            const void*, void* const*, int, int, int, int compute, int) {
  return multiply(a, b, compute);
}
API int cublasGemmStridedBatchedEx(Handle, int, int, int, int, int, const void*, const void*, int a, int, long long, const void*, int b,
                                   int, long long, const void*, void*, int, int, long long, int, int compute, int) {
  return multiply(a, b, compute);
}
API int cublasSgemm_v2(Handle, int, int, int, int, int, const float*, const float*, int, const float*, int, const float*, float*, int) {
  return multiply(kF32, kF32, kIn32);
}
API int cublasSgemmBatched(Handle, int, int, int, int, int, const float*, const float* const*, int, const float* const*, int, const float*,
                           float* const*, int, int) {
  return multiply(kF32, kF32, kIn32);
}
API int cublasSgemmStridedBatched(Handle, int, int, int, int, int, const float*, const float*, int, long long, const float*, int, long long,
                                  const float*, float*, int, long long, int) {
  return multiply(kF32, kF32, kIn32);
}
API int cublasStrsmBatched(Handle, int, int, int, int, int, int, const float*, const float* const*, int, float* const*, int, int) {
  return kOk;
}
