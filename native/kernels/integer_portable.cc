// The integer products in plain loops: for processors without a kernel of their own nothing is gained by them, but every packing is tested.
#include "kernels/integer_pack.h"

namespace repotune {

namespace {

constexpr int kRows = 4, kColumns = 8;

void multiply(int64_t blocks, const uint8_t* a, const uint8_t* b, bool, float* c, int64_t ldc, bool accumulate) {
  float sum[kRows][kColumns] = {};
  for (int64_t block = 0; block < blocks; block++, a += a_block_bytes<kRows>(), b += b_block_bytes<kColumns>()) {
    const float *a_scale = (const float*)(a + kRows * kBlock), *a_sum = a_scale + kRows;
    const float *b_scale = (const float*)(b + kColumns * kBlock), *b_offset = b_scale + kColumns;
    for (int i = 0; i < kRows; i++)
      for (int j = 0; j < kColumns; j++) {
        int32_t dot = 0;
        for (int g = 0; g < kGroups; g++)
          for (int k = 0; k < 4; k++) dot += (int8_t)a[(g * kRows + i) * 4 + k] * b[(g * kColumns + j) * 4 + k];
        sum[i][j] += a_scale[i] * b_scale[j] * (float)dot + a_sum[i] * b_offset[j];
      }
  }
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kColumns; j++) c[i * ldc + j] = accumulate ? c[i * ldc + j] + sum[i][j] : sum[i][j];
}

}  // namespace

const IntegerKernel* integer_kernel_portable() {
  static const IntegerKernel kernel{
      "integer-portable", kRows, kColumns, 127, pack_rows<kRows>, pack_outputs<kColumns, 127>, pack_inputs<kColumns, 127>, multiply};
  return &kernel;
}

}  // namespace repotune
