// Integer products by VPDPBUSD on vectors of 64 bytes: Intel since Ice Lake, AMD since Zen 4.
#if defined(__AVX512VNNI__)
#include "kernels/integer_vnni.h"

namespace repotune {

namespace {

struct Set {
  typedef __m512i Int;
  typedef __m512 Float;
  static constexpr int kWidth = 16;
  static Float zero() { return _mm512_setzero_ps(); }
  static Int load(const uint8_t* p) { return _mm512_load_si512(p); }
  static Int all(int32_t four) { return _mm512_set1_epi32(four); }
  static Int dot(Int sum, Int x, Int w) { return _mm512_dpbusd_epi32(sum, x, w); }
  static Float floats(const float* p) { return _mm512_load_ps(p); }
  static Float any_floats(const float* p) { return _mm512_loadu_ps(p); }
  static Float real(Int x) { return _mm512_cvtepi32_ps(x); }
  static Float times(Float a, float b) { return _mm512_mul_ps(a, _mm512_set1_ps(b)); }
  static Float add(Float a, Float b, Float sum) { return _mm512_fmadd_ps(a, b, sum); }
  static void store(float* to, Float x) { _mm512_storeu_ps(to, x); }
};

}  // namespace

const IntegerKernel* integer_kernel_avx512vnni() {
  static const IntegerKernel kernel = VnniProduct<Set, 6, 2>::kernel("integer-avx512vnni");
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") ? &kernel
                                                                                                                          : nullptr;
}

}  // namespace repotune

#else

#include "kernels/integer.h"

namespace repotune {
const IntegerKernel* integer_kernel_avx512vnni() { return nullptr; }
}  // namespace repotune

#endif
