// Integer products by VPMADDUBSW. Its sums of two are 16 bits wide and saturate: weights' codes of 7 bits, activations' of 8, do not reach
// that (2 * 127 * 127 < 2^15), and of 4-bit codes (2 * 15 * 127) eight sums fit into one before they are widened.
#include "kernels/integer_pack.h"

#if defined(__AVX2__)
#include <immintrin.h>

namespace repotune {

namespace {

constexpr int kRows = 4, kVectors = 2, kColumns = kVectors * 8;

template <bool kNarrow>
void product(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (int64_t block = 0; block < blocks; block++, a += a_block_bytes<kRows>(), b += b_block_bytes<kColumns>()) {
    __m256i dot[kRows][kVectors];
#pragma GCC unroll 8
    for (int g = 0; g < kGroups; g++) {
      __m256i w[kVectors];
      for (int j = 0; j < kVectors; j++) w[j] = _mm256_load_si256((const __m256i*)(b + (g * kColumns + j * 8) * 4));
#pragma GCC unroll 4
      for (int i = 0; i < kRows; i++) {
        int32_t four;
        memcpy(&four, a + (g * kRows + i) * 4, sizeof four);
        const __m256i x = _mm256_set1_epi32(four);
#pragma GCC unroll 2
        for (int j = 0; j < kVectors; j++) {
          const __m256i pairs = _mm256_maddubs_epi16(w[j], x), wide = kNarrow ? pairs : _mm256_madd_epi16(pairs, ones);
          dot[i][j] = !g ? wide : kNarrow ? _mm256_add_epi16(dot[i][j], wide) : _mm256_add_epi32(dot[i][j], wide);
        }
      }
    }
    const float *a_scale = (const float*)(a + kRows * kBlock), *a_sum = a_scale + kRows;
    const float *b_scale = (const float*)(b + kColumns * kBlock), *b_offset = b_scale + kColumns;
    const bool add = accumulate || block > 0;
    // Sums stay in memory, in the first-level cache: the registers are for the codes' products.
#pragma GCC unroll 4
    for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) {
        float* to = c + i * ldc + j * 8;
        const __m256i whole = kNarrow ? _mm256_madd_epi16(dot[i][j], ones) : dot[i][j];
        const __m256 scaled = _mm256_mul_ps(_mm256_load_ps(b_scale + j * 8), _mm256_broadcast_ss(a_scale + i));
        __m256 sum = add ? _mm256_loadu_ps(to) : _mm256_setzero_ps();
        sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole), scaled, sum);
        _mm256_storeu_ps(to, _mm256_fmadd_ps(_mm256_load_ps(b_offset + j * 8), _mm256_broadcast_ss(a_sum + i), sum));
      }
  }
}

void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, bool narrow, float* c, int64_t ldc, bool accumulate) {
  if (narrow) {
    product<true>(blocks, a, b, c, ldc, accumulate);
  } else {
    product<false>(blocks, a, b, c, ldc, accumulate);
  }
}

}  // namespace

const IntegerKernel* integer_kernel_avx2() {
  static const IntegerKernel kernel{
      "integer-avx2", kRows, kColumns, 127, pack_rows<kRows>, pack_outputs<kColumns, 127>, pack_inputs<kColumns, 127>, multiply};
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel : nullptr;
}

}  // namespace repotune

#else

namespace repotune {
const IntegerKernel* integer_kernel_avx2() { return nullptr; }
}  // namespace repotune

#endif
