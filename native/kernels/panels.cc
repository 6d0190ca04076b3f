#include "kernels/panels.h"

#include <algorithm>

#include "buffer.h"

namespace repotune {

namespace {

/** Depth of a block: a multiple of 256, the largest quantization block. */
constexpr int64_t kDepth = 1024;
/** Bytes of packed weight that stay in the second-level cache while the rows pass by. */
constexpr int64_t kPanelBytes = 512 << 10;
/** Columns unpacked together in the backward. */
constexpr int64_t kColumns = 256;

int64_t blocks_of(int64_t n, int64_t unit) { return (n + unit - 1) / unit; }

/** Steps of each depth block but the last: even parts, on the boundaries of quantization blocks. */
int64_t block_steps(const PanelKernel& kernel, int64_t steps) {
  const int64_t most = kDepth / kernel.step, unit = 256 / kernel.step;
  return steps <= most ? steps : blocks_of(blocks_of(steps, blocks_of(steps, most)), unit) * unit;
}

struct Packed {
  /** [row block][steps][row_block * step] */
  const uint16_t* panels;
  /** [row block][row_block] */
  const float* scales;
  int64_t steps;
};

Packed pack(const PanelKernel& kernel, Pool& pool, const float* x, int64_t rows, int64_t depth) {
  static thread_local Buffer panels, scales;  // of the calling thread: one trainer's calls come one after another
  const int64_t blocks = blocks_of(rows, kernel.row_block), steps = blocks_of(depth, kernel.step), panel = steps * kernel.row_block * kernel.step;
  uint16_t* to = reinterpret_cast<uint16_t*>(panels.need(blocks * panel / 2));
  float* scale = scales.need(blocks * kernel.row_block);
  pool.run([&](int ith, int nth) {
    const Range part = split(blocks, ith, nth);
    for (int64_t b = part.begin; b < part.end; b++) {
      const int64_t first = b * kernel.row_block;
      kernel.pack_rows(x + first * depth, depth, std::min(kernel.row_block, rows - first), depth, to + b * panel, scale + first);
    }
  });
  return {to, scale, steps};
}

/** All rows against the B panels of `columns` columns, `steps` deep from step s0: c[.., 0 .. columns). */
void sweep(const PanelKernel& kernel, const Packed& a, int64_t s0, const uint16_t* panels, int64_t steps, int64_t rows, float* c, int64_t ldc,
           int64_t columns, bool accumulate) {
  const int64_t a_step = kernel.row_block * kernel.step, b_panel = steps * kernel.column_block * kernel.step;
  alignas(64) float edge[32 * 64];
  for (int64_t m = 0; m < rows; m += kernel.row_block) {
    const uint16_t *row_panel = a.panels + (m / kernel.row_block * a.steps + s0) * a_step, *panel = panels;
    const int64_t height = std::min(kernel.row_block, rows - m);
    for (int64_t n = 0; n < columns; n += kernel.column_block, panel += b_panel) {
      float* to = c + m * ldc + n;
      const int64_t width = std::min(kernel.column_block, columns - n);
      if (height == kernel.row_block && width == kernel.column_block) {
        kernel.product(steps, row_panel, panel, a.scales + m, to, ldc, accumulate);
        continue;
      }
      kernel.product(steps, row_panel, panel, a.scales + m, edge, kernel.column_block, false);
      for (int64_t i = 0; i < height; i++)
        for (int64_t j = 0; j < width; j++) to[i * ldc + j] = (accumulate ? to[i * ldc + j] : 0.0f) + edge[i * kernel.column_block + j];
    }
  }
}

/** A thread's panels and tile state. */
class Worker {
 public:
  explicit Worker(const PanelKernel& kernel) : kernel_(kernel) { kernel.begin(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { kernel_.end(); }

 private:
  const PanelKernel& kernel_;
};

}  // namespace

void panel_forward(const PanelKernel& kernel, Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) {
  const Packed a = pack(kernel, pool, x, rows, w.n_in);
  const int64_t depth = block_steps(kernel, a.steps), panel_bytes = depth * kernel.column_block * kernel.step * 2;
  const int64_t group = std::max<int64_t>(1, kPanelBytes / panel_bytes) * kernel.column_block;
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_out, ith, nth, kernel.column_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(16 * depth * kernel.step);
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(group * depth * kernel.step / 2));
    const Worker worker(kernel);
    for (int64_t n = part.begin; n < part.end; n += group) {
      const int64_t columns = std::min(group, part.end - n);
      for (int64_t s = 0; s < a.steps; s += depth) {
        const int64_t steps = std::min(depth, a.steps - s);
        for (int64_t c = 0; c < columns; c += kernel.column_block) kernel.pack_outputs(w, n + c, s * kernel.step, steps, f32, b + c * steps * kernel.step);
        sweep(kernel, a, s, b, steps, rows, y + n, w.n_out, columns, s > 0);
      }
    }
  });
}

void panel_backward(const PanelKernel& kernel, Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate) {
  const Packed a = pack(kernel, pool, dy, rows, w.n_out);
  const int64_t depth = block_steps(kernel, a.steps);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_in, ith, nth, kernel.column_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(2 * (kColumns + 2 * ggml_blck_size(w.type) + 64));
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(kColumns * depth * kernel.step / 2));
    const Worker worker(kernel);
    for (int64_t c = part.begin; c < part.end; c += kColumns) {
      const int64_t width = std::min(kColumns, part.end - c);
      for (int64_t s = 0; s < a.steps; s += depth) {
        const int64_t steps = std::min(depth, a.steps - s);
        kernel.pack_inputs(w, s * kernel.step, steps, c, width, f32, b);
        sweep(kernel, a, s, b, steps, rows, dx + c, w.n_in, width, accumulate || s > 0);
      }
    }
  });
}

}  // namespace repotune
