#include "kernels/elementwise.h"

#include <cmath>
#include <cstring>

#include "common/simd.h"

namespace repotune {

REPOTUNE_CLONES float dot(const float* a, const float* b, int64_t n) {
  float sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

REPOTUNE_CLONES void axpy(float a, const float* x, int64_t n, float* y) {
  for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

REPOTUNE_CLONES void add_rows(const float* a, const float* b, int64_t n, float* y) {
  for (int64_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

REPOTUNE_CLONES void scale_row(float* x, int64_t n, float a) {
  for (int64_t i = 0; i < n; i++) x[i] *= a;
}

REPOTUNE_CLONES void rms_norm(const float* x, const float* w, float eps, int64_t rows, int64_t n, float* y) {
  for (int64_t r = 0; r < rows; r++, x += n, y += n) {
    float sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
    const float inv = 1.0f / std::sqrt(sum / (float)n + eps);
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * inv * w[i];
  }
}

// With s = 1 / rms(x) and g = dy * w:  dx = s * (g - x * s^2 * mean(g * x)).
REPOTUNE_CLONES void rms_norm_backward(const float* x, const float* w, float eps, const float* dy, int64_t rows, int64_t n, float* dx,
                                       bool accumulate) {
  for (int64_t r = 0; r < rows; r++, x += n, dy += n, dx += n) {
    float sum = 0, product = 0;
    for (int64_t i = 0; i < n; i++) {
      sum += x[i] * x[i];
      product += dy[i] * w[i] * x[i];
    }
    const float inv = 1.0f / std::sqrt(sum / (float)n + eps);
    const float pull = product / (float)n * inv * inv;
    if (accumulate) {
      for (int64_t i = 0; i < n; i++) dx[i] += inv * (dy[i] * w[i] - x[i] * pull);
    } else {
      for (int64_t i = 0; i < n; i++) dx[i] = inv * (dy[i] * w[i] - x[i] * pull);
    }
  }
}

namespace {

constexpr float kGeluScale = 0.79788456080286535588f;  // sqrt(2 / pi)
constexpr float kGeluCubic = 0.044715f;

inline __attribute__((always_inline)) float sigmoid(float x) { return 1.0f / (1.0f + exp_fast(-x)); }

/** The argument t of gelu(x) = x * sigmoid(2 t): the tanh form rewritten, tanh(t) = 2 sigmoid(2 t) - 1. */
inline __attribute__((always_inline)) float gelu_argument(float x) { return kGeluScale * x * (1.0f + kGeluCubic * x * x); }

}  // namespace

REPOTUNE_CLONES static void glu_silu(const float* gate, const float* up, int64_t n, float* y) {
  for (int64_t i = 0; i < n; i++) y[i] = gate[i] * sigmoid(gate[i]) * up[i];
}
REPOTUNE_CLONES static void glu_gelu(const float* gate, const float* up, int64_t n, float* y) {
  for (int64_t i = 0; i < n; i++) y[i] = gate[i] * sigmoid(2.0f * gelu_argument(gate[i])) * up[i];
}
void glu(bool gelu, const float* gate, const float* up, int64_t n, float* y) { gelu ? glu_gelu(gate, up, n, y) : glu_silu(gate, up, n, y); }

REPOTUNE_CLONES static void glu_silu_backward(float* dy, float* gate, float* up, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const float g = gate[i], u = up[i], d = dy[i];
    const float s = sigmoid(g), act = g * s;
    dy[i] = act * u;
    gate[i] = d * u * (s + act * (1.0f - s));
    up[i] = d * act;
  }
}
REPOTUNE_CLONES static void glu_gelu_backward(float* dy, float* gate, float* up, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const float g = gate[i], u = up[i], d = dy[i];
    const float s = sigmoid(2.0f * gelu_argument(g)), act = g * s;
    const float slope = 2.0f * kGeluScale * (1.0f + 3.0f * kGeluCubic * g * g);
    dy[i] = act * u;
    gate[i] = d * u * (s + act * (1.0f - s) * slope);
    up[i] = d * act;
  }
}
void glu_backward(bool gelu, float* dy, float* gate, float* up, int64_t n) {
  gelu ? glu_gelu_backward(dy, gate, up, n) : glu_silu_backward(dy, gate, up, n);
}

namespace {

/** In explicit lanes: compilers do not vectorize a float maximum unless told that there are no NaNs. */
inline __attribute__((always_inline)) float largest(const float* s, int64_t n) {
  constexpr int64_t kLanes = 16;
  float lanes[kLanes], most = s[0];
  for (int64_t j = 0; j < kLanes; j++) lanes[j] = s[0];
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t j = 0; j < kLanes; j++) lanes[j] = s[i + j] > lanes[j] ? s[i + j] : lanes[j];
  for (; i < n; i++) most = s[i] > most ? s[i] : most;
  for (int64_t j = 0; j < kLanes; j++) most = lanes[j] > most ? lanes[j] : most;
  return most;
}

}  // namespace

REPOTUNE_CLONES float exponentials(float* s, int64_t n, float scale, float* sum) {
  const float top = largest(s, n) * scale;
  float all = 0;
  for (int64_t i = 0; i < n; i++) {
    s[i] = exp_fast(s[i] * scale - top);
    all += s[i];
  }
  *sum = all;
  return top + std::log(all);
}

REPOTUNE_CLONES float exponentials_above(float* s, int64_t n, float shift, float* top) {
  *top = largest(s, n);
  float all = 0;
  for (int64_t i = 0; i < n; i++) {
    s[i] = exp_fast(s[i] - shift);
    all += s[i];
  }
  return all;
}

float softmax(float* s, int64_t n, float scale) {
  float sum;
  const float lse = exponentials(s, n, scale, &sum);
  scale_row(s, n, 1.0f / sum);
  return lse;
}

REPOTUNE_CLONES void attention_gradient(float* s, float* dp, const float* lse, const float* delta, int64_t n, float scale) {
  for (int64_t i = 0; i < n; i++) {
    s[i] = exp_fast(s[i] * scale - lse[i]);
    dp[i] = s[i] * (dp[i] - delta[i]) * scale;
  }
}

REPOTUNE_CLONES void softmax_again(float* s, int64_t n, float scale, float lse) {
  for (int64_t i = 0; i < n; i++) s[i] = exp_fast(s[i] * scale - lse);
}

REPOTUNE_CLONES void softmax_backward(const float* p, float* dp, int64_t n, float delta, float scale) {
  for (int64_t i = 0; i < n; i++) dp[i] = p[i] * (dp[i] - delta) * scale;
}

void round_to_bf16(float* x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
    memcpy(x + i, &bits, sizeof bits);
  }
}

void transpose(const float* x, int64_t stride, int64_t rows, int64_t columns, float* to, int64_t to_stride) {
  constexpr int64_t kBlock = 16;
  for (int64_t r0 = 0; r0 < rows; r0 += kBlock)
    for (int64_t c = 0; c < columns; c++)
      for (int64_t r = r0; r < rows && r < r0 + kBlock; r++) to[c * to_stride + r] = x[r * stride + c];
}

void softcap(float* z, int64_t n, float cap) {
  for (int64_t i = 0; i < n; i++) z[i] = cap * std::tanh(z[i] / cap);
}

}  // namespace repotune
