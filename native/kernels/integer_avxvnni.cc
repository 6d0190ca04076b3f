// Integer products by VPDPBUSD on vectors of 32 bytes: Intel client processors since Alder Lake, AMD since Zen 5.
#if defined(__AVXVNNI__)
#include "kernels/integer_vnni.h"

namespace repotune {

namespace {

struct Set {
  typedef __m256i Int;
  typedef __m256 Float;
  static constexpr int kWidth = 8;
  static Float zero() { return _mm256_setzero_ps(); }
  static Int load(const uint8_t* p) { return _mm256_load_si256((const __m256i*)p); }
  static Int all(int32_t four) { return _mm256_set1_epi32(four); }
  static Int dot(Int sum, Int x, Int w) { return _mm256_dpbusd_avx_epi32(sum, x, w); }
  static Float floats(const float* p) { return _mm256_load_ps(p); }
  static Float any_floats(const float* p) { return _mm256_loadu_ps(p); }
  static Float real(Int x) { return _mm256_cvtepi32_ps(x); }
  static Float times(Float a, float b) { return _mm256_mul_ps(a, _mm256_set1_ps(b)); }
  static Float add(Float a, Float b, Float sum) { return _mm256_fmadd_ps(a, b, sum); }
  static void store(float* to, Float x) { _mm256_storeu_ps(to, x); }
};

}  // namespace

const IntegerKernel* integer_kernel_avxvnni() {
  static const IntegerKernel kernel = VnniProduct<Set, 6, 2>::kernel("integer-avxvnni");
  return has_avx_vnni() ? &kernel : nullptr;
}

}  // namespace repotune

#else

#include "kernels/integer.h"

namespace repotune {
const IntegerKernel* integer_kernel_avxvnni() { return nullptr; }
}  // namespace repotune

#endif
