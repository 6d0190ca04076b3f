#include "trainer/optimizer.h"

#include <algorithm>
#include <cmath>

#include "common/simd.h"
#include "kernels/elementwise.h"

namespace repotune {

namespace {

struct Coefficients {
  float beta1, beta2, rate, decay, correction2, epsilon, gradient_scale;
};

constexpr int64_t kNormChunk = 4096;

}  // namespace

REPOTUNE_CLONES static void adamw(float* p, const float* g, float* m, float* v, int64_t n, const Coefficients& c) {
  for (int64_t i = 0; i < n; i++) {
    const float grad = g[i] * c.gradient_scale;
    m[i] = c.beta1 * m[i] + (1.0f - c.beta1) * grad;
    v[i] = c.beta2 * v[i] + (1.0f - c.beta2) * grad * grad;
    p[i] = p[i] * c.decay - c.rate * m[i] / (std::sqrt(v[i] * c.correction2) + c.epsilon);
  }
}

void AdamW::update(Pool& pool, float* parameters, const float* gradients, float gradient_scale, double learning_rate) {
  steps++;
  const double correction1 = 1.0 / (1.0 - std::pow((double)options_.beta1, (double)steps));
  const double correction2 = 1.0 / (1.0 - std::pow((double)options_.beta2, (double)steps));
  pool.run([&](int ith, int nth) {
    const Coefficients c{options_.beta1,
                         options_.beta2,
                         (float)(learning_rate * correction1),
                         (float)(1.0 - learning_rate * options_.weight_decay),
                         (float)correction2,
                         options_.epsilon,
                         gradient_scale};
    const Range part = split((int64_t)m.size(), ith, nth, 64);
    adamw(parameters + part.begin, gradients + part.begin, m.data() + part.begin, v.data() + part.begin, part.end - part.begin, c);
  });
}

double norm_of(Pool& pool, const float* x, int64_t n) {
  const int64_t chunks = blocks_of(n, kNormChunk);
  std::vector<double> sums((size_t)chunks);
  pool.run([&](int ith, int nth) {
    const Range part = split(chunks, ith, nth);
    for (int64_t c = part.begin; c < part.end; c++) {
      const int64_t begin = c * kNormChunk;
      const float* at = x + begin;
      sums[(size_t)c] = dot(at, at, std::min(kNormChunk, n - begin));
    }
  });
  double sum = 0;
  for (double s : sums) sum += s;
  return std::sqrt(sum);
}

}  // namespace repotune
