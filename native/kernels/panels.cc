#include "kernels/panels.h"

#include <algorithm>
#include <cstring>

namespace repotune {

namespace {

/** Depth of a block: a multiple of 256, the largest quantization block. */
constexpr int64_t kDepth = 1024;
/** Bytes of packed weight that stay in the second-level cache while the rows stream past. */
constexpr int64_t kPanelBytes = 512 << 10;

/** Steps of each depth block but the last: even parts, aligned to quantization blocks. */
int64_t block_steps(const PanelKernel& kernel, int64_t steps) {
  const int64_t most = kDepth / kernel.step, unit = 256 / kernel.step;
  return steps <= most ? steps : blocks_of(blocks_of(steps, blocks_of(steps, most)), unit) * unit;
}

/** Columns whose panels, `steps` deep, stay in the cache together. */
int64_t group_columns(const PanelKernel& kernel, int64_t steps) {
  return std::max<int64_t>(1, kPanelBytes / (steps * kernel.column_block * kernel.step * 2)) * kernel.column_block;
}

/** Packed rows from step `first` on, and the consecutive B panels they are multiplied with, each `steps` deep. */
struct Operands {
  const PackedRows& a;
  int64_t first;
  const uint16_t* panels;
  int64_t steps;
};

/**
 * Rows [m0, m1) against the B panels of `columns` columns: c[.., 0 .. columns). m0: a multiple of row_block. `also`: further depth, or
 * nullptr.
 */
void sweep(const PanelKernel& kernel, const Operands& main, const Operands* also, int64_t m0, int64_t m1, float* c, int64_t ldc,
           int64_t columns, bool accumulate) {
  alignas(64) float edge[32 * 64];
  const int64_t a_step = kernel.row_block * kernel.step, b_step = kernel.column_block * kernel.step;
  const auto at_rows = [&](const Operands& o, int64_t block) {
    return PanelRun{o.steps, o.a.panels + (block * o.a.steps + o.first) * a_step, o.panels};
  };
  for (int64_t m = m0, block = m0 / kernel.row_block; m < m1; m += kernel.row_block, block++) {
    const int64_t height = std::min(kernel.row_block, m1 - m);
    PanelRun first = at_rows(main, block), second = also ? at_rows(*also, block) : PanelRun{0, nullptr, nullptr};
    for (int64_t n = 0; n < columns; n += kernel.column_block, first.b += first.steps * b_step, second.b += second.steps * b_step) {
      float* to = c + m * ldc + n;
      const int64_t width = std::min(kernel.column_block, columns - n);
      if (height == kernel.row_block && width == kernel.column_block) {
        kernel.multiply(first, second, to, ldc, accumulate);
        continue;
      }
      // Accumulated within the product, as for full blocks: a row's sum must not depend on how many rows there are.
      if (accumulate) {
        for (int64_t i = 0; i < kernel.row_block; i++)
          for (int64_t j = 0; j < kernel.column_block; j++)
            edge[i * kernel.column_block + j] = i < height && j < width ? to[i * ldc + j] : 0.0f;
      }
      kernel.multiply(first, second, edge, kernel.column_block, accumulate);
      for (int64_t i = 0; i < height; i++) memcpy(to + i * ldc, edge + i * kernel.column_block, sizeof(float) * (size_t)width);
    }
  }
}

/** Scratch of pack_outputs, `depth` steps deep, and of pack_inputs. */
int64_t outputs_scratch(const PanelKernel& kernel, int64_t depth) { return 16 * depth * kernel.step; }
int64_t inputs_scratch(const Weight& w, int64_t width) { return 2 * (width + 2 * ggml_blck_size(w.type) + 64); }
int64_t adapter_steps(const LowRank* adapter) { return adapter ? adapter->left.steps : 0; }

}  // namespace

PackedRows pack_panels(const PanelKernel& kernel, Pool& pool, const float* x, int64_t rows, int64_t depth, Buffer& to) {
  const int64_t blocks = blocks_of(rows, kernel.row_block), steps = blocks_of(depth, kernel.step),
                panel = steps * kernel.row_block * kernel.step;
  uint16_t* panels = reinterpret_cast<uint16_t*>(to.need(blocks * panel / 2));
  pool.run([&](int ith, int nth) {
    const Range part = split(blocks, ith, nth);
    for (int64_t b = part.begin; b < part.end; b++) {
      const int64_t first = b * kernel.row_block;
      kernel.pack_rows(x + first * depth, depth, std::min(kernel.row_block, rows - first), depth, panels + b * panel);
    }
  });
  return {panels, rows, steps};
}

namespace {

/** Where a group of columns is written, and what happens once it is complete. */
struct Target {
  float* y;
  int64_t stride;
};

/** target(n, ith, columns) -> Target; done(n, ith, columns, Target) */
template <typename To, typename Done>
void forward_groups(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, const LowRank* adapter, To to, Done done) {
  const int64_t depth = block_steps(kernel, x.steps), extra = adapter_steps(adapter), deepest = std::max(depth, extra);
  const int64_t group = group_columns(kernel, deepest);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_out, ith, nth, kernel.column_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(outputs_scratch(kernel, deepest));
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(group * (depth + extra) * kernel.step / 2));
    uint16_t* b_extra = b + group * depth * kernel.step;
    const PanelWorker worker(kernel);
    for (int64_t n = part.begin; n < part.end; n += group) {
      const int64_t columns = std::min(group, part.end - n);
      const Target target = to(n, ith, group);
      const auto pack = [&](const Weight& from, int64_t s, int64_t steps, uint16_t* to_panels) {
        for (int64_t c = 0; c < columns; c += kernel.column_block)
          kernel.pack_outputs(from, n + c, s * kernel.step, steps, f32, to_panels + c * steps * kernel.step);
      };
      for (int64_t s = 0; s < x.steps; s += depth) {
        const int64_t steps = std::min(depth, x.steps - s);
        pack(w, s, steps, b);
        const bool last = adapter && s + steps == x.steps;
        if (last) pack(adapter->right, 0, extra, b_extra);
        const Operands main{x, s, b, steps}, low{last ? adapter->left : x, 0, b_extra, extra};
        sweep(kernel, main, last ? &low : nullptr, 0, x.rows, target.y, target.stride, columns, s > 0);
      }
      done(n, ith, columns, target);
    }
  });
}

}  // namespace

void panel_forward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, float* y, const LowRank* adapter) {
  forward_groups(
      kernel, pool, w, x, adapter, [&](int64_t n, int, int64_t) { return Target{y + n, w.n_out}; },
      [](int64_t, int, int64_t, const Target&) {});
}

void panel_forward_blocks(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, const UseColumns& use) {
  const auto own = [&](int64_t, int, int64_t group) {
    static thread_local Buffer block;
    return Target{block.need(x.rows * group), group};
  };
  forward_groups(kernel, pool, w, x, nullptr, own,
                 [&](int64_t n, int ith, int64_t columns, const Target& t) { use(ith, n, columns, t.y, t.stride); });
}

void panel_backward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& dy, float* dx, bool accumulate,
                    const LowRank* adapter) {
  const int64_t depth = block_steps(kernel, dy.steps), extra = adapter_steps(adapter), group = group_columns(kernel, depth);
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(w.n_in, ith, nth, kernel.column_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(inputs_scratch(w, group));
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(group * (depth + extra) * kernel.step / 2));
    uint16_t* b_extra = b + group * depth * kernel.step;
    const PanelWorker worker(kernel);
    for (int64_t c = part.begin; c < part.end; c += group) {
      const int64_t width = std::min(group, part.end - c);
      for (int64_t s = 0; s < dy.steps; s += depth) {
        const int64_t steps = std::min(depth, dy.steps - s);
        kernel.pack_inputs(w, s * kernel.step, steps, c, width, f32, b);
        const bool last = adapter && s + steps == dy.steps;
        if (last) kernel.pack_inputs(adapter->right, 0, extra, c, width, f32, b_extra);
        const Operands main{dy, s, b, steps}, low{last ? adapter->left : dy, 0, b_extra, extra};
        sweep(kernel, main, last ? &low : nullptr, 0, dy.rows, dx + c, w.n_in, width, accumulate || s > 0);
      }
    }
  });
}

void panel_project(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& x, float* y) {
  const int64_t depth = block_steps(kernel, x.steps), columns = blocks_of(w.n_out, kernel.column_block) * kernel.column_block;
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(x.rows, ith, nth, kernel.row_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(outputs_scratch(kernel, depth));
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(columns * depth * kernel.step / 2));
    const PanelWorker worker(kernel);
    for (int64_t s = 0; s < x.steps; s += depth) {
      const int64_t steps = std::min(depth, x.steps - s);
      for (int64_t c = 0; c < columns; c += kernel.column_block)
        kernel.pack_outputs(w, c, s * kernel.step, steps, f32, b + c * steps * kernel.step);
      sweep(kernel, {x, s, b, steps}, nullptr, part.begin, part.end, y, w.n_out, w.n_out, s > 0);
    }
  });
}

void panel_project_backward(const PanelKernel& kernel, Pool& pool, const Weight& w, const PackedRows& dy, float* dx) {
  const int64_t depth = block_steps(kernel, dy.steps), columns = blocks_of(w.n_in, kernel.column_block) * kernel.column_block;
  pool.run([&](int ith, int nth) {
    static thread_local Buffer unpacked, panels;
    const Range part = split(dy.rows, ith, nth, kernel.row_block);
    if (part.begin == part.end) return;
    float* f32 = unpacked.need(inputs_scratch(w, columns));
    uint16_t* b = reinterpret_cast<uint16_t*>(panels.need(columns * depth * kernel.step / 2));
    const PanelWorker worker(kernel);
    for (int64_t s = 0; s < dy.steps; s += depth) {
      const int64_t steps = std::min(depth, dy.steps - s);
      kernel.pack_inputs(w, s * kernel.step, steps, 0, w.n_in, f32, b);
      sweep(kernel, {dy, s, b, steps}, nullptr, part.begin, part.end, dx, w.n_in, w.n_in, s > 0);
    }
  });
}

}  // namespace repotune
