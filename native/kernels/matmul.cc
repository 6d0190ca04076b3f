// The products of matmul.h with packed panels and a register tile, blocked for cache; or by the plain reference.
#include "kernels/matmul.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "common/buffer.h"
#include "kernels/elementwise.h"
#include "kernels/reference.h"
#include "kernels/select.h"

namespace repotune {

namespace {

/** Depth of a block: a panel of W this deep (32 KB) stays in the first-level cache while the rows stream past. */
constexpr int64_t kDepth = 256;
/** Columns of W unpacked together in the backward: the largest ggml block. */
constexpr int64_t kColumns = 256;

bool chooses(const char* name) { return !name || !*name || !strcmp(name, "auto"); }

/** Whether the kernels in use were chosen automatically. */
bool automatic = chooses(getenv("REPOTUNE_KERNELS"));
Kernels active = choose_kernels(getenv("REPOTUNE_KERNELS"));

int64_t round_up(int64_t n, int64_t unit) { return blocks_of(n, unit) * unit; }

typedef float Quad __attribute__((vector_size(16), aligned(4)));
/** Lanes of a, then of b, by constant index. GCC has Clang's name for it since 12. */
#if defined(__clang__) || __GNUC__ >= 12
#define REPOTUNE_LANES(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int32_t QuadIndex __attribute__((vector_size(16)));
#define REPOTUNE_LANES(a, b, ...) __builtin_shuffle(a, b, QuadIndex{__VA_ARGS__})
#endif

/** Transposes 4 x 4: rows of `from` become columns. */
inline void transpose4(const float* from, int64_t stride, float* to, int64_t width) {
  const Quad a = *(const Quad*)from, b = *(const Quad*)(from + stride), c = *(const Quad*)(from + 2 * stride),
             d = *(const Quad*)(from + 3 * stride);
  const Quad ab_low = REPOTUNE_LANES(a, b, 0, 4, 1, 5), ab_high = REPOTUNE_LANES(a, b, 2, 6, 3, 7);
  const Quad cd_low = REPOTUNE_LANES(c, d, 0, 4, 1, 5), cd_high = REPOTUNE_LANES(c, d, 2, 6, 3, 7);
  *(Quad*)to = REPOTUNE_LANES(ab_low, cd_low, 0, 1, 4, 5);
  *(Quad*)(to + width) = REPOTUNE_LANES(ab_low, cd_low, 2, 3, 6, 7);
  *(Quad*)(to + 2 * width) = REPOTUNE_LANES(ab_high, cd_high, 0, 1, 4, 5);
  *(Quad*)(to + 3 * width) = REPOTUNE_LANES(ab_high, cd_high, 2, 3, 6, 7);
}

/** [rows, K] of `stride` as a panel [K][width], columns beyond `rows` zero. */
void pack_rows(const float* x, int64_t stride, int64_t rows, int64_t K, int64_t width, float* panel) {
  const int64_t whole_rows = rows / 4 * 4, whole_k = K / 4 * 4;
  for (int64_t k = 0; k < whole_k; k += 4)
    for (int64_t i = 0; i < whole_rows; i += 4) transpose4(x + i * stride + k, stride, panel + k * width + i, width);
  for (int64_t k = 0; k < K; k++) {
    for (int64_t i = k < whole_k ? whole_rows : 0; i < rows; i++) panel[k * width + i] = x[i * stride + k];
    for (int64_t i = rows; i < width; i++) panel[k * width + i] = 0;
  }
}

/** [K, cols] of `stride` as a panel [K][width]. */
void pack_columns(const float* x, int64_t stride, int64_t cols, int64_t K, int64_t width, float* panel) {
  for (int64_t k = 0; k < K; k++) {
    memcpy(panel + k * width, x + k * stride, sizeof(float) * (size_t)cols);
    if (cols < width) memset(panel + k * width + cols, 0, sizeof(float) * (size_t)(width - cols));
  }
}

/** All of x [rows, K] as row panels of blocks kDepth deep: block k0 of panel p starts at k0 * padded rows + p * mr * depth. */
const float* pack_shared(Pool& pool, const TileKernel& tile, const float* x, int64_t rows, int64_t K) {
  const int64_t panels = round_up(rows, tile.mr) / tile.mr;
  float* packed = pool.shared().need(panels * tile.mr * K);
  pool.run([&](int ith, int nth) {
    const Range part = split(panels, ith, nth);
    for (int64_t k0 = 0; k0 < K; k0 += kDepth) {
      const int64_t depth = std::min(kDepth, K - k0);
      for (int64_t p = part.begin; p < part.end; p++)
        pack_rows(x + p * tile.mr * K + k0, K, std::min(tile.mr, rows - p * tile.mr), depth, tile.mr,
                  packed + k0 * panels * tile.mr + p * tile.mr * depth);
    }
  });
  return packed;
}

/** All row panels of one depth block against one panel of W: C's columns [.., + cols). */
void sweep(const TileKernel& tile, const float* packed, const float* panel, int64_t rows, int64_t depth, float* c, int64_t ldc,
           int64_t cols, bool accumulate) {
  for (int64_t m = 0; m < rows; m += tile.mr)
    tile.run(depth, packed + m * depth, panel, c + m * ldc, ldc, std::min(tile.mr, rows - m), cols, accumulate);
}

}  // namespace

void matmul_forward(Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) {
  if (!active.tile) return reference_forward(pool, w, x, rows, y);
  if (active.panels)
    return panel_forward(*active.panels, pool, w, pack_panels(*active.panels, pool, x, rows, w.n_in, pool.shared()), y, nullptr);
  if (active.integer) return integer_forward(*active.integer, pool, w, x, rows, y);
  const TileKernel& tile = *active.tile;
  const int64_t padded = round_up(rows, tile.mr);
  const float* packed = pack_shared(pool, tile, x, rows, w.n_in);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_out, ith, nth, tile.nr);
    float *f32 = unpacked.need(tile.nr * w.n_in), *panel = panels.need(tile.nr * kDepth);
    for (int64_t n = part.begin; n < part.end; n += tile.nr) {
      const int64_t cols = std::min(tile.nr, part.end - n);
      for (int64_t i = 0; i < cols; i++) tile.decode(w, n + i, 0, w.n_in, f32 + i * w.n_in);
      for (int64_t k0 = 0; k0 < w.n_in; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_in - k0);
        pack_rows(f32 + k0, w.n_in, cols, depth, tile.nr, panel);
        sweep(tile, packed + k0 * padded, panel, rows, depth, y + n, w.n_out, cols, k0 > 0);
      }
    }
  });
}

void matmul_backward(Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate) {
  if (!active.tile) return reference_backward(pool, w, dy, rows, dx, accumulate);
  if (active.panels)
    return panel_backward(*active.panels, pool, w, pack_panels(*active.panels, pool, dy, rows, w.n_out, pool.shared()), dx, accumulate,
                          nullptr);
  if (active.integer) return integer_backward(*active.integer, *active.tile, pool, w, dy, rows, dx, accumulate);
  const TileKernel& tile = *active.tile;
  const int64_t block = ggml_blck_size(w.type), padded = round_up(rows, tile.mr);
  const float* packed = pack_shared(pool, tile, dy, rows, w.n_out);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_in, ith, nth, std::max(block, tile.nr));
    float *f32 = unpacked.need(kDepth * kColumns), *panel = panels.need(tile.nr * kDepth);
    for (int64_t c0 = part.begin; c0 < part.end; c0 += kColumns) {
      const int64_t width = std::min(kColumns, part.end - c0);
      for (int64_t k0 = 0; k0 < w.n_out; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_out - k0);
        for (int64_t k = 0; k < depth; k++) tile.decode(w, k0 + k, c0, width, f32 + k * width);
        for (int64_t n = 0; n < width; n += tile.nr) {
          const int64_t cols = std::min(tile.nr, width - n);
          pack_columns(f32 + n, width, cols, depth, tile.nr, panel);
          sweep(tile, packed + k0 * padded, panel, rows, depth, dx + c0 + n, w.n_in, cols, accumulate || k0 > 0);
        }
      }
    }
  });
}

int64_t packed_bytes(int64_t rows, int64_t depth) {
  return active.integer ? integer_packed_bytes(*active.integer, rows, depth) : (int64_t)sizeof(float) * rows * depth;
}

void gemm(bool transpose_a, bool transpose_b, int64_t M, int64_t N, int64_t K, float alpha, const float* A, int64_t lda, const float* B,
          int64_t ldb, float beta, float* C, int64_t ldc) {
  if (!active.tile) return reference_gemm(transpose_a, transpose_b, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
  const TileKernel& tile = *active.tile;
  static thread_local Buffer a_panels, b_panel;
  float *packed = a_panels.need(round_up(M, tile.mr) * kDepth), *panel = b_panel.need(tile.nr * kDepth);
  if (beta != 0 && beta != 1)
    for (int64_t i = 0; i < M; i++) scale_row(C + i * ldc, N, beta);
  for (int64_t k0 = 0; k0 < K; k0 += kDepth) {
    const int64_t depth = std::min(kDepth, K - k0);
    for (int64_t m = 0; m < M; m += tile.mr) {
      const int64_t rows = std::min(tile.mr, M - m);
      if (transpose_a) {
        pack_columns(A + k0 * lda + m, lda, rows, depth, tile.mr, packed + m * depth);
      } else {
        pack_rows(A + m * lda + k0, lda, rows, depth, tile.mr, packed + m * depth);
      }
    }
    if (alpha != 1) scale_row(packed, round_up(M, tile.mr) * depth, alpha);
    for (int64_t n = 0; n < N; n += tile.nr) {
      const int64_t cols = std::min(tile.nr, N - n);
      if (transpose_b) {
        pack_rows(B + n * ldb + k0, ldb, cols, depth, tile.nr, panel);
      } else {
        pack_columns(B + k0 * ldb + n, ldb, cols, depth, tile.nr, panel);
      }
      sweep(tile, packed, panel, M, depth, C + n, ldc, cols, beta != 0 || k0 > 0);
    }
  }
}

const PanelKernel* selected_panels() { return active.panels; }

const char* select_kernels(const char* name) {
  if (name) {
    automatic = chooses(name);
    active = choose_kernels(name);
  }
  return active.name;
}

void allow_integers(bool allowed) {
  if (!automatic) return;
  Kernels wanted = choose_kernels("auto");
  if (!allowed && wanted.integer) wanted = choose_kernels("f32");
  if (wanted.name != active.name) active = wanted;
}

}  // namespace repotune
