#include "trainer/cpu/loss_panels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/errors.h"
#include "common/quantize.h"
#include "kernels/elementwise.h"

namespace repotune {

namespace {

/** Exponents up to here leave room for the sum in F32. */
constexpr float kMostExponent = 80;

/** fn(i, row of the head's weights that predicts row i's label) */
template <typename Fn>
void over_label_weights(Pool& pool, const Weight& head, const LossRow* rows, int64_t count, Fn fn) {
  const size_t row_bytes = ggml_row_size(head.type, head.n_in);
  over(pool, count, [&](int64_t begin, int64_t end) {
    std::vector<float> weights((size_t)head.n_in);
    for (int64_t i = begin; i < end; i++) {
      dequantize_rows(head.type, (const uint8_t*)head.data + (size_t)rows[i].label * row_bytes, 1, head.n_in, weights.data());
      fn(i, weights.data());
    }
  });
}

}  // namespace

int64_t panels_chunk_rows(const PanelKernel& kernel, int64_t n_vocab, int64_t bytes) {
  const int64_t row_bytes = blocks_of(n_vocab, kernel.step) * kernel.step * (int64_t)sizeof(uint16_t);
  return std::max<int64_t>(1, bytes / row_bytes / kernel.row_block) * kernel.row_block;
}

// p_j = e_j / S with e_j = exp(z_j - shift) and S = sum e_j, for any shift: the label's own logit is a good one, since z_j - z_label is at
// most slightly more than the loss. So no maximum is needed before the exponentials, each block of logits is consumed while it is in the
// cache, and the gradient is computed from e. The label's own term (p - 1) w is kept out and added in F32: for p close to 1 its rounding
// error would exceed its value.
void panels_cross_entropy(const PanelKernel& kernel, Pool& pool, const TrainerModel& m, const LossRow* rows, int64_t count,
                          const float* normed, float gradient_scale, float* dnormed, double* losses, LossScratch& scratch,
                          const std::atomic<bool>& cancel) {
  const int64_t n = m.n_embd, steps = blocks_of(m.n_vocab, kernel.step), blocks = blocks_of(count, kernel.row_block);
  const PackedRows x = pack_panels(kernel, pool, normed, count, n, scratch.packed);
  uint16_t* exponentials =
      dnormed ? reinterpret_cast<uint16_t*>(scratch.logits.need(blocks * steps * kernel.row_block * kernel.step / 2)) : nullptr;

  std::vector<float> shift((size_t)count), label_logit((size_t)count);
  over_label_weights(pool, m.head, rows, count, [&](int64_t i, const float* w) { shift[(size_t)i] = dot(normed + i * n, w, n); });
  // One vector per thread, each covering part of the vocabulary.
  std::vector<std::vector<double>> sums((size_t)pool.size());
  std::vector<std::vector<float>> tops((size_t)pool.size());
  std::vector<double> sum((size_t)count);
  const auto pass = [&] {
    for (auto& part : sums) part.assign((size_t)count, 0.0);
    for (auto& part : tops) part.assign((size_t)count, -INFINITY);
    panel_forward_blocks(kernel, pool, m.head, x, [&](int ith, int64_t first, int64_t columns, float* z, int64_t stride) {
      for (int64_t i = 0; i < count; i++) {
        float* row = z + i * stride;
        const int64_t label = rows[i].label - first;
        const bool here = label >= 0 && label < columns;
        if (here) label_logit[(size_t)i] = row[label];
        float top;
        sums[(size_t)ith][(size_t)i] += exponentials_above(row, columns, shift[(size_t)i], &top);
        tops[(size_t)ith][(size_t)i] = std::max(tops[(size_t)ith][(size_t)i], top);
        if (here) row[label] = 0;
      }
      for (int64_t b = 0; exponentials && b < blocks; b++) {
        const int64_t r = b * kernel.row_block;
        kernel.pack_rows(z + r * stride, stride, std::min(kernel.row_block, count - r), columns,
                         exponentials + (b * steps + first / kernel.step) * kernel.row_block * kernel.step);
      }
    });
    bool fits = true;
    for (int64_t i = 0; i < count; i++) {
      float top = -INFINITY;
      sum[(size_t)i] = 0;
      for (size_t t = 0; t < sums.size(); t++) {
        sum[(size_t)i] += sums[t][(size_t)i];
        top = std::max(top, tops[t][(size_t)i]);
      }
      if (top - shift[(size_t)i] <= kMostExponent) continue;
      if (!std::isfinite(top)) {
        // Its exponential was clamped, but the loss is infinite, whatever the shift.
        sum[(size_t)i] = INFINITY;
        continue;
      }
      shift[(size_t)i] = top;
      fits = false;
    }
    return fits;
  };
  if (!pass()) pass();
  for (int64_t i = 0; i < count; i++) losses[i] = (double)shift[(size_t)i] + std::log(sum[(size_t)i]) - (double)label_logit[(size_t)i];
  if (!dnormed) return;
  if (cancel.load(std::memory_order_relaxed)) throw Cancelled();

  panel_backward(kernel, pool, m.head, {exponentials, count, steps}, dnormed, false, nullptr);
  over_label_weights(pool, m.head, rows, count, [&](int64_t i, const float* w) {
    const double whole = sum[(size_t)i], scale = (double)rows[i].weight * gradient_scale;
    scale_row(dnormed + i * n, n, (float)(scale / whole));
    const double others = 1 - std::exp((double)label_logit[(size_t)i] - shift[(size_t)i]) / whole;
    axpy((float)(-scale * others), w, n, dnormed + i * n);
  });
}

}  // namespace repotune
