#pragma once
// The register tile of the dense kernels, written once with vector extensions and compiled for each instruction set.
#include <cstdint>
#include <cstring>

#include "kernels/matmul.h"

namespace repotune {

/**
 * c [rows, cols] (+)= sum over k of a[k][i] * b[k][j]: a and b are packed panels [K][mr] and [K][nr], padded with any finite values beyond
 * rows and cols.
 */
using TileFunction = void (*)(int64_t K, const float* a, const float* b, float* c, int64_t ldc, int64_t rows, int64_t cols,
                              bool accumulate);

struct TileKernel {
  const char* name;
  int64_t mr, nr;
  TileFunction run;
  /** Elements [from, from + count) of a row of w as F32; both whole quantization blocks. */
  void (*decode)(const Weight& w, int64_t row, int64_t from, int64_t count, float* out);
};

/** nullptr where the build or the machine lacks the instruction set. */
const TileKernel* tile_kernel_avx512();
const TileKernel* tile_kernel_avx2();
const TileKernel* tile_kernel_portable();

namespace {

template <int kVectorBytes, int kRows, int kVectors>
struct Tile {
  static constexpr int kWidth = kVectorBytes / (int)sizeof(float);
  static constexpr int kColumns = kWidth * kVectors;
  typedef float Vector __attribute__((vector_size(kVectorBytes), aligned(4)));

  static void run(int64_t K, const float* a, const float* b, float* c, int64_t ldc, int64_t rows, int64_t cols, bool accumulate) {
    Vector sum[kRows][kVectors] = {};
    for (int64_t k = 0; k < K; k++, a += kRows, b += kColumns) {
      Vector panel[kVectors];
      for (int j = 0; j < kVectors; j++) panel[j] = *(const Vector*)(b + j * kWidth);
      for (int i = 0; i < kRows; i++)
        for (int j = 0; j < kVectors; j++) sum[i][j] += a[i] * panel[j];
    }
    if (rows == kRows && cols == kColumns) {
      for (int i = 0; i < kRows; i++)
        for (int j = 0; j < kVectors; j++) {
          Vector* to = (Vector*)(c + i * ldc + j * kWidth);
          *to = accumulate ? *to + sum[i][j] : sum[i][j];
        }
      return;
    }
    float edge[kRows][kColumns];
    memcpy(edge, sum, sizeof edge);
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < cols; j++) c[i * ldc + j] = accumulate ? c[i * ldc + j] + edge[i][j] : edge[i][j];
  }
};

}  // namespace

}  // namespace repotune
