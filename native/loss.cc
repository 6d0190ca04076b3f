#include "loss.h"

#include <algorithm>
#include <cstring>

#include "elementwise.h"
#include "errors.h"

namespace repotune {

namespace {

/** Logits alive at once. Wide chunks amortize unpacking the head's weights; 96 MB is 165 rows of a 152k vocabulary. */
constexpr int64_t kLogitBytes = 96 << 20;

int64_t chunk_rows(int64_t n_vocab) { return std::max<int64_t>(32, kLogitBytes / (int64_t)sizeof(float) / n_vocab / 32 * 32); }

void norm_rows(Pool& pool, const TrainerModel& m, const float* x, int64_t rows, float* y) {
  pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth);
    rms_norm(x + part.begin * m.n_embd, m.output_norm.data(), m.rms_eps, part.end - part.begin, m.n_embd, y + part.begin * m.n_embd);
  });
}

}  // namespace

void head_logits(Pool& pool, DeviceProducts* device, const TrainerModel& m, const float* hidden, int64_t rows, float* logits, LossScratch& scratch) {
  float* normed = scratch.normed.need(rows * m.n_embd);
  norm_rows(pool, m, hidden, rows, normed);
  product_forward(pool, device, m.head, normed, rows, logits);
  if (m.logit_softcap > 0) softcap(logits, rows * m.n_vocab, m.logit_softcap);
}

double cross_entropy(Pool& pool, DeviceProducts* device, const TrainerModel& m, const std::vector<LossRow>& rows, const float* hidden, int64_t tokens,
                     float gradient_scale, float* d, LossScratch& scratch, const std::atomic<bool>& cancel) {
  const int64_t n = m.n_embd, V = m.n_vocab, total = (int64_t)rows.size();
  if (d) std::fill(d, d + tokens * n, 0.0f);
  if (total == 0) return 0;
  const int64_t chunk = std::min(chunk_rows(V), total);
  float *gathered = scratch.gathered.need(chunk * n), *normed = scratch.normed.need(chunk * n), *logits = scratch.logits.need(chunk * V);
  float* dnormed = d ? scratch.dnormed.need(chunk * n) : nullptr;
  std::vector<double> losses((size_t)chunk);
  double sum = 0;
  for (int64_t first = 0; first < total; first += chunk) {
    if (cancel.load(std::memory_order_relaxed)) throw Cancelled();
    const int64_t count = std::min(chunk, total - first);
    const LossRow* part = rows.data() + first;
    for (int64_t i = 0; i < count; i++) memcpy(gathered + i * n, hidden + part[i].row * n, sizeof(float) * (size_t)n);
    norm_rows(pool, m, gathered, count, normed);
    product_forward(pool, device, m.head, normed, count, logits);
    pool.run([&](int ith, int nth) {
      const Range mine = split(count, ith, nth);
      for (int64_t i = mine.begin; i < mine.end; i++) {
        float* z = logits + i * V;
        if (m.logit_softcap > 0) softcap(z, V, m.logit_softcap);
        const float label = z[part[i].label];
        // z becomes p - onehot(label) once its softmax is known; through the cap, d tanh = 1 - tanh^2.
        if (d && m.logit_softcap > 0) {
          const float cap = m.logit_softcap;
          std::vector<float> capped(z, z + V);
          losses[(size_t)i] = (double)log_softmax_sum(z, V) - label;
          z[part[i].label] -= 1.0f;
          for (int64_t j = 0; j < V; j++) z[j] *= part[i].weight * gradient_scale * (1.0f - capped[(size_t)j] * capped[(size_t)j] / (cap * cap));
        } else {
          losses[(size_t)i] = (double)log_softmax_sum(z, V) - label;
          if (d) {
            z[part[i].label] -= 1.0f;
            scale_row(z, V, part[i].weight * gradient_scale);
          }
        }
      }
    });
    for (int64_t i = 0; i < count; i++) sum += losses[(size_t)i] * part[i].weight;
    if (!d) continue;
    product_backward(pool, device, m.head, logits, count, dnormed, false);
    pool.run([&](int ith, int nth) {
      const Range mine = split(count, ith, nth);
      for (int64_t i = mine.begin; i < mine.end; i++)
        rms_norm_backward(gathered + i * n, m.output_norm.data(), m.rms_eps, dnormed + i * n, 1, n, d + part[i].row * n, false);
    });
  }
  return sum;
}

}  // namespace repotune
