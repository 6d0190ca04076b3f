#pragma once
// Plain loops in F32: what every other kernel is tested against.
#include "kernels/matmul.h"

namespace repotune {

void reference_gemm(bool transpose_a, bool transpose_b, int64_t M, int64_t N, int64_t K, float alpha, const float* A, int64_t lda,
                    const float* B, int64_t ldb, float beta, float* C, int64_t ldc);
void reference_forward(Pool& pool, const Weight& w, const float* x, int64_t rows, float* y);
void reference_backward(Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate);

}  // namespace repotune
