// The integer products in plain loops: no gain for processors without a kernel of their own, but they test every packing.
#include "kernels/integer_pack.h"

namespace repotune {

namespace {

using P = Packing<4, 8, 64, 64, 63, 63>;

void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, float* c, int64_t ldc, bool accumulate) {
  float sum[P::kRows][P::kColumns] = {};
  for (int64_t block = 0; block < blocks; block++, a += P::kABytes, b += P::kBBytes) {
    const float *a_scale = (const float*)(a + P::kRows * P::kBlock), *b_scale = (const float*)(b + P::kColumns * P::kBlock);
    const int32_t* start = (const int32_t*)(b_scale + P::kColumns);
    for (int i = 0; i < P::kRows; i++)
      for (int j = 0; j < P::kColumns; j++) {
        int32_t dot = start[j];
        for (int g = 0; g < P::kGroups; g++)
          for (int k = 0; k < 4; k++) dot += a[(g * P::kRows + i) * 4 + k] * (int8_t)b[(g * P::kColumns + j) * 4 + k];
        sum[i][j] += a_scale[i] * b_scale[j] * (float)dot;
      }
  }
  for (int i = 0; i < P::kRows; i++)
    for (int j = 0; j < P::kColumns; j++) c[i * ldc + j] = accumulate ? c[i * ldc + j] + sum[i][j] : sum[i][j];
}

}  // namespace

const IntegerKernel* integer_kernel_portable() {
  static const IntegerKernel kernel{
      "integer-portable", P::kRows, P::kColumns, {P::kBlock, P::pack_rows, P::pack_outputs, P::pack_inputs, multiply}, nullptr, 0};
  return &kernel;
}

}  // namespace repotune
