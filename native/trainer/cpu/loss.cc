#include "trainer/cpu/loss.h"

#include <algorithm>
#include <cstring>

#include "common/errors.h"
#include "kernels/elementwise.h"
#include "trainer/cpu/loss_panels.h"

namespace repotune {

namespace {

int64_t chunk_rows(int64_t n_vocab, int64_t bytes) { return std::max<int64_t>(32, bytes / (int64_t)sizeof(float) / n_vocab / 32 * 32); }

void norm_rows(Pool& pool, const TrainerModel& m, const float* x, int64_t rows, float* y) {
  pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth);
    rms_norm(x + part.begin * m.n_embd, m.output_norm.data(), m.rms_eps, part.end - part.begin, m.n_embd, y + part.begin * m.n_embd);
  });
}

}  // namespace

void head_logits(Pool& pool, const TrainerModel& m, const float* hidden, int64_t rows, float* logits, LossScratch& scratch) {
  float* normed = scratch.normed.need(rows * m.n_embd);
  norm_rows(pool, m, hidden, rows, normed);
  matmul_forward(pool, m.head, normed, rows, logits);
  if (m.logit_softcap > 0) softcap(logits, rows * m.n_vocab, m.logit_softcap);
}

namespace {

/** As panels_cross_entropy, but through the logits: for any kernel, and for capped logits. */
void plain_cross_entropy(Pool& pool, const TrainerModel& m, const LossRow* rows, int64_t count, const float* normed, float gradient_scale,
                         float* dnormed, double* losses, LossScratch& scratch) {
  const int64_t V = m.n_vocab;
  float* logits = scratch.logits.need(count * V);
  matmul_forward(pool, m.head, normed, count, logits);
  pool.run([&](int ith, int nth) {
    const Range mine = split(count, ith, nth);
    for (int64_t i = mine.begin; i < mine.end; i++) {
      float* z = logits + i * V;
      if (m.logit_softcap > 0) softcap(z, V, m.logit_softcap);
      const float label = z[rows[i].label];
      // z becomes p - onehot(label) once its softmax is known; through the cap, d tanh = 1 - tanh^2.
      if (dnormed && m.logit_softcap > 0) {
        const float cap = m.logit_softcap;
        std::vector<float> capped(z, z + V);
        losses[i] = (double)log_softmax_sum(z, V) - label;
        z[rows[i].label] -= 1.0f;
        for (int64_t j = 0; j < V; j++)
          z[j] *= rows[i].weight * gradient_scale * (1.0f - capped[(size_t)j] * capped[(size_t)j] / (cap * cap));
      } else {
        losses[i] = (double)log_softmax_sum(z, V) - label;
        if (!dnormed) continue;
        z[rows[i].label] -= 1.0f;
        scale_row(z, V, rows[i].weight * gradient_scale);
      }
    }
  });
  if (dnormed) matmul_backward(pool, m.head, logits, count, dnormed, false);
}

}  // namespace

int64_t loss_scratch_bytes(const TrainerModel& m, int64_t rows, int64_t logit_bytes) {
  const PanelKernel* kernel = m.logit_softcap > 0 ? nullptr : selected_panels();
  if (kernel) return std::min(panels_chunk_rows(*kernel, m.n_vocab, logit_bytes), rows) * (2 * m.n_vocab + 10 * m.n_embd);
  // A second copy of the logits' gradient is kept there, in the kernels' order.
  const int64_t chunk = std::min(chunk_rows(m.n_vocab, logit_bytes), rows);
  return chunk * (4 * m.n_vocab + 12 * m.n_embd) + packed_bytes(chunk, m.n_vocab);
}

double cross_entropy(Pool& pool, const TrainerModel& m, const std::vector<LossRow>& rows, const float* hidden, int64_t tokens,
                     float gradient_scale, float* d, LossScratch& scratch, const std::atomic<bool>& cancel) {
  const int64_t n = m.n_embd, total = (int64_t)rows.size();
  if (d) std::fill(d, d + tokens * n, 0.0f);
  if (total == 0) return 0;
  const PanelKernel* kernel = m.logit_softcap > 0 ? nullptr : selected_panels();
  const int64_t chunk =
      std::min(kernel ? panels_chunk_rows(*kernel, m.n_vocab, scratch.logit_bytes) : chunk_rows(m.n_vocab, scratch.logit_bytes), total);
  float *gathered = scratch.gathered.need(chunk * n), *normed = scratch.normed.need(chunk * n);
  float* dnormed = d ? scratch.dnormed.need(chunk * n) : nullptr;
  std::vector<double> losses((size_t)chunk);
  double sum = 0;
  for (int64_t first = 0; first < total; first += chunk) {
    if (cancel.load(std::memory_order_relaxed)) throw Cancelled();
    const int64_t count = std::min(chunk, total - first);
    const LossRow* part = rows.data() + first;
    for (int64_t i = 0; i < count; i++) memcpy(gathered + i * n, hidden + part[i].row * n, sizeof(float) * (size_t)n);
    norm_rows(pool, m, gathered, count, normed);
    if (kernel) {
      panels_cross_entropy(*kernel, pool, m, part, count, normed, gradient_scale, dnormed, losses.data(), scratch, cancel);
    } else {
      plain_cross_entropy(pool, m, part, count, normed, gradient_scale, dnormed, losses.data(), scratch);
    }
    for (int64_t i = 0; i < count; i++) sum += losses[(size_t)i] * part[i].weight;
    if (!d) continue;
    pool.run([&](int ith, int nth) {
      const Range mine = split(count, ith, nth);
      for (int64_t i = mine.begin; i < mine.end; i++)
        rms_norm_backward(gathered + i * n, m.output_norm.data(), m.rms_eps, dnormed + i * n, 1, n, d + part[i].row * n, false);
    });
  }
  return sum;
}

}  // namespace repotune
