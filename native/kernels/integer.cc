#include "kernels/integer.h"

#include <algorithm>
#include <cstring>

#include "common/buffer.h"

namespace repotune {

namespace {

/** Depth of a block of panels: whole quantization blocks. */
constexpr int64_t kDepth = 1024;
/**
 * Columns whose panels, kDepth deep, stay in the second-level cache while the rows stream past: the largest ggml block, for the backward.
 */
constexpr int64_t kColumns = 256;
/** Rows multiplied with all of these panels before the next rows: their part of the result is on as many pages, which the TLB must hold. */
constexpr int64_t kRows = 48;

int64_t panel_bytes(const IntegerCoding& coding, int64_t width, int64_t depth, int64_t extra) {
  return blocks_of(depth, coding.block) * width * (coding.block + extra);
}
/** An A panel has a scale per row and block, a B panel a scale and a start per column and block. */
int64_t a_bytes(const IntegerKernel& kernel, const IntegerCoding& coding, int64_t depth) {
  return panel_bytes(coding, kernel.row_block, depth, 4);
}
int64_t b_bytes(const IntegerKernel& kernel, const IntegerCoding& coding, int64_t depth) {
  return panel_bytes(coding, kernel.column_block, depth, 8);
}
uint8_t* bytes(Buffer& buffer, int64_t count) { return reinterpret_cast<uint8_t*>(buffer.need(blocks_of(count, 4))); }

/** All rows as A panels of the whole depth, [row block][blocks]. */
const uint8_t* pack_shared(const IntegerKernel& kernel, const IntegerCoding& coding, Pool& pool, const float* x, int64_t rows,
                           int64_t depth, Rounding rounding) {
  const int64_t panels = blocks_of(rows, kernel.row_block), size = a_bytes(kernel, coding, depth);
  uint8_t* packed = bytes(pool.shared(), panels * size);
  pool.run([&](int ith, int nth) {
    const Range part = split(panels, ith, nth);
    for (int64_t p = part.begin; p < part.end; p++) {
      const int64_t first = p * kernel.row_block;
      coding.pack_rows(x + first * depth, depth, std::min(kernel.row_block, rows - first), depth, rounding, packed + p * size);
    }
  });
  return packed;
}

/** The rows' blocks from k0 on, `depth` deep, times the B panels of `columns` columns: c[.., 0 .. columns). */
struct Sweep {
  const IntegerKernel& kernel;
  const IntegerCoding& coding;
  const uint8_t* packed;
  int64_t rows, whole_depth;

  void operator()(int64_t k0, int64_t depth, const uint8_t* b, float* c, int64_t ldc, int64_t columns, bool accumulate) const {
    const int64_t size = a_bytes(kernel, coding, whole_depth), skip = a_bytes(kernel, coding, k0), b_size = b_bytes(kernel, coding, depth);
    const int64_t chunk = kRows / kernel.row_block * kernel.row_block;
    for (int64_t m0 = 0; m0 < rows; m0 += chunk)
      for (int64_t n = 0; n < columns; n += kernel.column_block)
        for (int64_t m = m0; m < std::min(m0 + chunk, rows); m += kernel.row_block)
          tile(depth, packed + m / kernel.row_block * size + skip, b + n / kernel.column_block * b_size, c + m * ldc + n, ldc,
               std::min(kernel.row_block, rows - m), std::min(kernel.column_block, columns - n), accumulate);
  }

 private:
  void tile(int64_t depth, const uint8_t* a, const uint8_t* b, float* to, int64_t ldc, int64_t height, int64_t width,
            bool accumulate) const {
    const int64_t blocks = blocks_of(depth, coding.block);
    if (height == kernel.row_block && width == kernel.column_block) return coding.multiply(blocks, a, b, to, ldc, accumulate);
    alignas(64) float edge[16 * 64];
    // Accumulated within the product, as for full blocks: a row's sum must not depend on how many rows there are.
    if (accumulate) {
      for (int64_t i = 0; i < kernel.row_block; i++)
        for (int64_t j = 0; j < kernel.column_block; j++)
          edge[i * kernel.column_block + j] = i < height && j < width ? to[i * ldc + j] : 0.0f;
    }
    coding.multiply(blocks, a, b, edge, kernel.column_block, accumulate);
    for (int64_t i = 0; i < height; i++) memcpy(to + i * ldc, edge + i * kernel.column_block, sizeof(float) * (size_t)width);
  }
};

}  // namespace

bool IntegerKernel::takes_own(ggml_type type) const {
  if (!own) return false;
  switch (type) {
    case GGML_TYPE_Q4_0: return most_own >= 8;
    case GGML_TYPE_Q5_0: return most_own >= 16;
    case GGML_TYPE_Q8_0: return most_own >= 128;
    default: return false;
  }
}

int64_t integer_packed_bytes(const IntegerKernel& kernel, int64_t rows, int64_t depth) {
  const int64_t bytes = a_bytes(kernel, kernel.coding, depth);
  return blocks_of(rows, kernel.row_block) * (kernel.own ? std::max(bytes, a_bytes(kernel, *kernel.own, depth)) : bytes);
}

void integer_forward(const IntegerKernel& kernel, Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) {
  const IntegerCoding& coding = kernel.takes_own(w.type) ? *kernel.own : kernel.coding;
  const Sweep sweep{kernel, coding, pack_shared(kernel, coding, pool, x, rows, w.n_in, Rounding::kNearest), rows, w.n_in};
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_out, ith, nth, kernel.column_block);
    float* f32 = unpacked.need(kDepth + coding.block);
    uint8_t* b = bytes(panels, kColumns / kernel.column_block * b_bytes(kernel, coding, kDepth));
    for (int64_t n0 = part.begin; n0 < part.end; n0 += kColumns) {
      const int64_t width = std::min(kColumns, part.end - n0);
      for (int64_t k0 = 0; k0 < w.n_in; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_in - k0), size = b_bytes(kernel, coding, depth);
        for (int64_t n = 0; n < width; n += kernel.column_block)
          coding.pack_outputs(w, n0 + n, std::min(kernel.column_block, width - n), k0, depth, f32, b + n / kernel.column_block * size);
        sweep(k0, depth, b, y + n0, w.n_out, width, k0 > 0);
      }
    }
  });
}

void integer_backward(const IntegerKernel& kernel, const TileKernel& tile, Pool& pool, const Weight& w, const float* dy, int64_t rows,
                      float* dx, bool accumulate) {
  const IntegerCoding& coding = kernel.coding;
  const Sweep sweep{kernel, coding, pack_shared(kernel, coding, pool, dy, rows, w.n_out, Rounding::kStochastic), rows, w.n_out};
  const int64_t block = ggml_blck_size(w.type);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_in, ith, nth, std::max(block, kernel.column_block));
    float* f32 = unpacked.need(coding.block * kColumns);
    uint8_t* b = bytes(panels, kColumns / kernel.column_block * b_bytes(kernel, coding, kDepth));
    for (int64_t c0 = part.begin; c0 < part.end; c0 += kColumns) {
      const int64_t width = std::min(kColumns, part.end - c0);
      for (int64_t k0 = 0; k0 < w.n_out; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_out - k0), size = b_bytes(kernel, coding, depth);
        for (int64_t k = 0; k < depth; k += coding.block) {
          const int64_t there = std::min(coding.block, depth - k);
          for (int64_t i = 0; i < there; i++) tile.decode(w, k0 + k + i, c0, width, f32 + i * width);
          for (int64_t n = 0; n < width; n += kernel.column_block)
            coding.pack_inputs(f32 + n, width, there, std::min(kernel.column_block, width - n),
                               b + n / kernel.column_block * size + b_bytes(kernel, coding, k));
        }
        sweep(k0, depth, b, dx + c0, w.n_in, width, accumulate || k0 > 0);
      }
    }
  });
}

}  // namespace repotune
