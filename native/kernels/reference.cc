#include "kernels/reference.h"

#include <algorithm>
#include <vector>

#include "common/quantize.h"
#include "kernels/elementwise.h"

namespace repotune {

namespace {

/** Rows of W unpacked at a time. */
constexpr int64_t kForwardTile = 16, kBackwardTile = 64;

}  // namespace

void reference_forward(Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) {
  const size_t row_bytes = ggml_row_size(w.type, w.n_in);
  pool.run([&](int ith, int nth) {
    const Range part = split(w.n_out, ith, nth, kForwardTile);
    std::vector<float> tile((size_t)(kForwardTile * w.n_in));
    for (int64_t o = part.begin; o < part.end; o += kForwardTile) {
      const int64_t count = std::min(kForwardTile, part.end - o);
      dequantize_rows(w.type, (const uint8_t*)w.data + (size_t)o * row_bytes, count, w.n_in, tile.data());
      reference_gemm(false, true, rows, count, w.n_in, 1, x, w.n_in, tile.data(), w.n_in, 0, y + o, w.n_out);
    }
  });
}

void reference_backward(Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate) {
  const size_t row_bytes = ggml_row_size(w.type, w.n_in);
  pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth, 16);
    if (part.end == part.begin) return;
    std::vector<float> tile((size_t)(kBackwardTile * w.n_in));
    for (int64_t o = 0; o < w.n_out; o += kBackwardTile) {
      const int64_t count = std::min(kBackwardTile, w.n_out - o);
      dequantize_rows(w.type, (const uint8_t*)w.data + (size_t)o * row_bytes, count, w.n_in, tile.data());
      reference_gemm(false, false, part.end - part.begin, w.n_in, count, 1, dy + part.begin * w.n_out + o, w.n_out, tile.data(), w.n_in,
                     o > 0 || accumulate ? 1.0f : 0.0f, dx + part.begin * w.n_in, w.n_in);
    }
  });
}

void reference_gemm(bool transpose_a, bool transpose_b, int64_t M, int64_t N, int64_t K, float alpha, const float* A, int64_t lda,
                    const float* B, int64_t ldb, float beta, float* C, int64_t ldc) {
  const auto a = [&](int64_t i, int64_t k) { return transpose_a ? A[k * lda + i] : A[i * lda + k]; };
  for (int64_t i = 0; i < M; i++) {
    float* c = C + i * ldc;
    if (beta == 0) {
      std::fill(c, c + N, 0.0f);
    } else if (beta != 1) {
      scale_row(c, N, beta);
    }
    if (!transpose_b) {
      for (int64_t k = 0; k < K; k++) axpy(alpha * a(i, k), B + k * ldb, N, c);
    } else if (!transpose_a) {
      for (int64_t j = 0; j < N; j++) c[j] += alpha * dot(A + i * lda, B + j * ldb, K);
    } else {
      for (int64_t j = 0; j < N; j++)
        for (int64_t k = 0; k < K; k++) c[j] += alpha * a(i, k) * B[j * ldb + k];
    }
  }
}

}  // namespace repotune
