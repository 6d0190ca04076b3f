// Integer products by VPMADDUBSW, whose sums of two are 16 bits wide and saturate. With 7-bit codes on both sides they never do, and two of
// their sums can be added before widening (4 * 127 * 63 < 2^15). Activations of 8 bits and codes of 5 bits, Q5_0's own, do not either
// (2 * 255 * 16), and their sums over a whole block, minus those of the activations' zero, fit into 16 bits (16 * 127 * 16).
#include "kernels/integer_pack.h"

#if defined(__AVX2__)
#include <immintrin.h>

namespace repotune {

namespace {

constexpr int kRows = 4, kVectors = 2, kColumns = kVectors * 8;
using Codes = Packing<kRows, kColumns, 64, 64, 63, 63>;
using Own = Packing<kRows, kColumns, 32, 128, 127, 15>;

inline __m256i vector_at(const uint8_t* p) { return _mm256_load_si256((const __m256i*)p); }
inline __m256i four_at(const uint8_t* p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm256_set1_epi32(four);
}

/** Contribution to a block's sums of four elements, or of two such groups if sums of two fit into 16 bits. */
template <typename P>
inline void add_products(const uint8_t* a, const uint8_t* b, __m256i (&dot)[kRows][kVectors]) {
  constexpr bool kOwn = P::kBlock == 32;
  const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 2
  for (int g = 0; g < P::kGroups; g += kOwn ? 1 : 2) {
    __m256i w[kVectors], next[kVectors];
    for (int j = 0; j < kVectors; j++) {
      w[j] = vector_at(b + (g * kColumns + j * 8) * 4);
      if (!kOwn) next[j] = vector_at(b + ((g + 1) * kColumns + j * 8) * 4);
    }
#pragma GCC unroll 8
    for (int i = 0; i < kRows; i++) {
      const __m256i x = four_at(a + (g * kRows + i) * 4);
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) {
        const __m256i pairs = _mm256_maddubs_epi16(x, w[j]);
        if (kOwn) {
          dot[i][j] = _mm256_add_epi16(dot[i][j], pairs);
        } else {
          const __m256i more = _mm256_maddubs_epi16(four_at(a + ((g + 1) * kRows + i) * 4), next[j]);
          dot[i][j] = _mm256_add_epi32(dot[i][j], _mm256_madd_epi16(_mm256_add_epi16(pairs, more), ones));
        }
      }
    }
  }
  if (kOwn)
    for (int i = 0; i < kRows; i++)
      for (int j = 0; j < kVectors; j++) dot[i][j] = _mm256_madd_epi16(dot[i][j], ones);
}

template <typename P>
void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate) {
  for (int64_t block = 0; block < blocks; block++, a += P::kABytes, b += P::kBBytes) {
    __m256i dot[kRows][kVectors];
    for (int i = 0; i < kRows; i++)
      for (int j = 0; j < kVectors; j++) dot[i][j] = vector_at(b + (kColumns * (P::kBlock + 4) + j * 32));
    add_products<P>(a, b, dot);
    const float *a_scale = (const float*)(a + kRows * P::kBlock), *b_scale = (const float*)(b + kColumns * P::kBlock);
    const bool add = accumulate || block > 0;
    // Sums stay in memory, in the first-level cache: the registers are needed for the codes' products.
#pragma GCC unroll 4
    for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) {
        float* to = c + i * ldc + j * 8;
        const __m256 scale = _mm256_mul_ps(_mm256_load_ps(b_scale + j * 8), _mm256_broadcast_ss(a_scale + i));
        const __m256 sum = add ? _mm256_loadu_ps(to) : _mm256_setzero_ps();
        _mm256_storeu_ps(to, _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot[i][j]), scale, sum));
      }
  }
}

}  // namespace

const IntegerKernel* integer_kernel_avx2() {
  static const IntegerCoding own{Own::kBlock, Own::pack_rows, Own::pack_own<true>, nullptr, multiply<Own>};
  static const IntegerKernel kernel{
      "integer-avx2", kRows, kColumns, {Codes::kBlock, Codes::pack_rows, Codes::pack_outputs, Codes::pack_inputs, multiply<Codes>},
      &own,           16};
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel : nullptr;
}

}  // namespace repotune

#else

namespace repotune {
const IntegerKernel* integer_kernel_avx2() { return nullptr; }
}  // namespace repotune

#endif
