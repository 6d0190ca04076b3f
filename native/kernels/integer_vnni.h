#pragma once
// The product by VPDPBUSD, on vectors of 32 bytes (AVX-VNNI) and of 64 (AVX-512 VNNI). Included by the file of each.
#include <immintrin.h>

#include "kernels/integer_pack.h"

namespace repotune {

namespace {

/** `Set`: an instruction set's vectors and the operations on them. */
template <typename Set, int kRows, int kVectors>
struct VnniProduct {
  static constexpr int kWidth = Set::kWidth, kColumns = kVectors * kWidth;
  using Codes = Packing<kRows, kColumns, 64, 128, 127, 127>;
  using Own = Packing<kRows, kColumns, 32, 128, 127, 127>;

  template <typename P>
  static void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate) {
    for (int64_t block = 0; block < blocks; block++, a += P::kABytes, b += P::kBBytes) {
      typename Set::Int dot[kRows][kVectors];
      for (int j = 0; j < kVectors; j++) {
        const auto start = Set::load(b + kColumns * (P::kBlock + 4) + j * kWidth * 4);
        for (int i = 0; i < kRows; i++) dot[i][j] = start;
      }
#pragma GCC unroll 16
      for (int g = 0; g < P::kGroups; g++) {
        typename Set::Int w[kVectors];
        for (int j = 0; j < kVectors; j++) w[j] = Set::load(b + (g * kColumns + j * kWidth) * 4);
#pragma GCC unroll 8
        for (int i = 0; i < kRows; i++) {
          int32_t four;
          memcpy(&four, a + (g * kRows + i) * 4, sizeof four);
          const typename Set::Int x = Set::all(four);
#pragma GCC unroll 4
          for (int j = 0; j < kVectors; j++) dot[i][j] = Set::dot(dot[i][j], x, w[j]);
        }
      }
      const float *a_scale = (const float*)(a + kRows * P::kBlock), *b_scale = (const float*)(b + kColumns * P::kBlock);
      // Sums stay in memory, in the first-level cache: the registers are needed for the codes' products.
      const bool add = accumulate || block > 0;
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) {
        const typename Set::Float scale = Set::floats(b_scale + j * kWidth);
#pragma GCC unroll 8
        for (int i = 0; i < kRows; i++) {
          float* to = c + i * ldc + j * kWidth;
          const auto sum = add ? Set::any_floats(to) : Set::zero();
          Set::store(to, Set::add(Set::real(dot[i][j]), Set::times(scale, a_scale[i]), sum));
        }
      }
    }
  }

  static IntegerKernel kernel(const char* name) {
    static const IntegerCoding own{Own::kBlock, Own::pack_rows, Own::template pack_own<false>, nullptr, multiply<Own>};
    return {name, kRows, kColumns, {Codes::kBlock, Codes::pack_rows, Codes::pack_outputs, Codes::pack_inputs, multiply<Codes>}, &own, 128};
  }
};

}  // namespace

}  // namespace repotune
