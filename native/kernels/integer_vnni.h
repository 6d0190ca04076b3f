#pragma once
// The product by VPDPBUSD, for vectors of 32 bytes (AVX-VNNI) and of 64 (AVX-512 VNNI). Included by the file of each.
#include <immintrin.h>

#include "kernels/integer_pack.h"

namespace repotune {

namespace {

/** `Set`: the vectors of an instruction set, and what is done with them. */
template <typename Set, int kRows, int kVectors>
void vnni_product(int64_t blocks, const uint8_t* a, const uint8_t* b, bool, float* c, int64_t ldc, bool accumulate) {
  constexpr int kWidth = Set::kWidth, kColumns = kVectors * kWidth;
  typename Set::Float sum[kRows][kVectors];
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kVectors; j++) sum[i][j] = Set::zero();
  for (int64_t block = 0; block < blocks; block++, a += a_block_bytes<kRows>(), b += b_block_bytes<kColumns>()) {
    typename Set::Int dot[kRows][kVectors];
    for (int i = 0; i < kRows; i++)
      for (int j = 0; j < kVectors; j++) dot[i][j] = Set::none();
#pragma GCC unroll 8
    for (int g = 0; g < kGroups; g++) {
      typename Set::Int w[kVectors];
      for (int j = 0; j < kVectors; j++) w[j] = Set::load(b + (g * kColumns + j * kWidth) * 4);
#pragma GCC unroll 8
      for (int i = 0; i < kRows; i++) {
        int32_t four;
        memcpy(&four, a + (g * kRows + i) * 4, sizeof four);
        const typename Set::Int x = Set::all(four);
#pragma GCC unroll 2
        for (int j = 0; j < kVectors; j++) dot[i][j] = Set::dot(dot[i][j], w[j], x);
      }
    }
    const float *a_scale = (const float*)(a + kRows * kBlock), *a_sum = a_scale + kRows;
    const float *b_scale = (const float*)(b + kColumns * kBlock), *b_offset = b_scale + kColumns;
    for (int j = 0; j < kVectors; j++) {
      const typename Set::Float scale = Set::floats(b_scale + j * kWidth), offset = Set::floats(b_offset + j * kWidth);
      for (int i = 0; i < kRows; i++) {
        sum[i][j] = Set::add(Set::real(dot[i][j]), Set::times(scale, a_scale[i]), sum[i][j]);
        sum[i][j] = Set::add(offset, Set::same(a_sum[i]), sum[i][j]);
      }
    }
  }
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kVectors; j++) Set::store(c + i * ldc + j * kWidth, sum[i][j], accumulate);
}

}  // namespace

}  // namespace repotune
