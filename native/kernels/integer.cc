#include "kernels/integer.h"

#include <algorithm>
#include <cstring>

#include "common/buffer.h"

namespace repotune {

namespace {

/** Depth of a block of panels: whole quantization blocks, and a B panel of it stays in the first-level cache while the rows pass by. */
constexpr int64_t kDepth = 512;
/** Columns of W unpacked together in the backward: the largest ggml block. */
constexpr int64_t kColumns = 256;

int64_t blocks_of(int64_t n, int64_t unit) { return (n + unit - 1) / unit; }
int64_t panel_bytes(const IntegerCoding& coding, int64_t width, int64_t depth, int64_t extra) {
  return blocks_of(depth, coding.block) * width * (coding.block + extra);
}
/** An A panel has a scale for each of its rows and block, a B panel a scale and a start for each of its columns. */
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

/** The rows' blocks from k0 on, `depth` deep, against one B panel: c[.., 0 .. columns). */
struct Sweep {
  const IntegerKernel& kernel;
  const IntegerCoding& coding;
  const uint8_t* packed;
  int64_t rows, whole_depth;

  void operator()(int64_t k0, int64_t depth, const uint8_t* b, float* c, int64_t ldc, int64_t columns, bool accumulate) const {
    alignas(64) float edge[16 * 64];
    const int64_t size = a_bytes(kernel, coding, whole_depth), skip = a_bytes(kernel, coding, k0), blocks = blocks_of(depth, coding.block);
    for (int64_t m = 0; m < rows; m += kernel.row_block) {
      const uint8_t* a = packed + m / kernel.row_block * size + skip;
      const int64_t height = std::min(kernel.row_block, rows - m);
      float* to = c + m * ldc;
      if (height == kernel.row_block && columns == kernel.column_block) {
        coding.multiply(blocks, a, b, to, ldc, accumulate);
        continue;
      }
      // Added to within the product, as inside: a row's sum must not depend on how many rows there are.
      if (accumulate) {
        for (int64_t i = 0; i < kernel.row_block; i++)
          for (int64_t j = 0; j < kernel.column_block; j++)
            edge[i * kernel.column_block + j] = i < height && j < columns ? to[i * ldc + j] : 0.0f;
      }
      coding.multiply(blocks, a, b, edge, kernel.column_block, accumulate);
      for (int64_t i = 0; i < height; i++) memcpy(to + i * ldc, edge + i * kernel.column_block, sizeof(float) * (size_t)columns);
    }
  }
};

}  // namespace

void integer_forward(const IntegerKernel& kernel, Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) {
  const IntegerCoding& coding = kernel.nibbles && w.type == GGML_TYPE_Q4_0 ? *kernel.nibbles : kernel.coding;
  const Sweep sweep{kernel, coding, pack_shared(kernel, coding, pool, x, rows, w.n_in, Rounding::kNearest), rows, w.n_in};
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_out, ith, nth, kernel.column_block);
    float* f32 = unpacked.need(kDepth + coding.block);
    uint8_t* b = bytes(panels, b_bytes(kernel, coding, kDepth));
    for (int64_t n = part.begin; n < part.end; n += kernel.column_block) {
      const int64_t columns = std::min(kernel.column_block, part.end - n);
      for (int64_t k0 = 0; k0 < w.n_in; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_in - k0);
        coding.pack_outputs(w, n, columns, k0, depth, f32, b);
        sweep(k0, depth, b, y + n, w.n_out, columns, k0 > 0);
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
    float* f32 = unpacked.need(kDepth * kColumns);
    uint8_t* b = bytes(panels, b_bytes(kernel, coding, kDepth));
    for (int64_t c0 = part.begin; c0 < part.end; c0 += kColumns) {
      const int64_t width = std::min(kColumns, part.end - c0);
      for (int64_t k0 = 0; k0 < w.n_out; k0 += kDepth) {
        const int64_t depth = std::min(kDepth, w.n_out - k0);
        for (int64_t k = 0; k < depth; k++) tile.decode(w, k0 + k, c0, width, f32 + k * width);
        for (int64_t n = 0; n < width; n += kernel.column_block) {
          const int64_t columns = std::min(kernel.column_block, width - n);
          coding.pack_inputs(f32 + n, width, depth, columns, b);
          sweep(k0, depth, b, dx + c0 + n, w.n_in, columns, accumulate || k0 > 0);
        }
      }
    }
  });
}

}  // namespace repotune
