#pragma once
// Matrix products of the trainer: with a frozen (quantized) weight, and small dense ones.
#include <cstdint>

#include "common/parallel.h"
#include "ggml.h"

namespace repotune {

/** A frozen weight as stored in the GGUF: n_out rows of n_in, in blocks of its ggml type. */
struct Weight {
  ggml_type type;
  const void* data;
  int64_t n_out, n_in;
};

inline int64_t bytes_of(const Weight& w) { return (int64_t)ggml_row_size(w.type, w.n_in) * w.n_out; }

/** y = x W^T. x: [rows, n_in]; y: [rows, n_out], overwritten. */
void matmul_forward(Pool& pool, const Weight& w, const float* x, int64_t rows, float* y);

/** dx (+)= dy W. dy: [rows, n_out]; dx: [rows, n_in]. */
void matmul_backward(Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate);

/** Upper bound of the bytes of such an x (or dy) in the order of the kernels in use. */
int64_t packed_bytes(int64_t rows, int64_t depth);

/** C = alpha op(A) op(B) + beta C on one thread, row-major; op transposes if asked. C: [M, N]. */
void gemm(bool transpose_a, bool transpose_b, int64_t M, int64_t N, int64_t K, float alpha, const float* A, int64_t lda, const float* B,
          int64_t ldb, float beta, float* C, int64_t ldc);

/** Chooses the kernels of the whole process ("auto", "reference", ...); nullptr only asks. Returns the name of those in use. */
const char* select_kernels(const char* name);

/** Whether integer kernels may be chosen automatically for the model to be trained. Explicitly named kernels stay. */
void allow_integers(bool allowed);

}  // namespace repotune
