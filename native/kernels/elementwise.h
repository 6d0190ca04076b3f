#pragma once
// Row-wise operations of a block, each forward with its backward. All are single-threaded.
#include <cstdint>

namespace repotune {

/** y = x / rms(x) * w, per row. x, y: [rows, n]; w: [n] */
void rms_norm(const float* x, const float* w, float eps, int64_t rows, int64_t n, float* y);
/** dx (+)= the gradient of rms_norm at x. dy, dx: [rows, n]; dx may alias dy when not accumulating. */
void rms_norm_backward(const float* x, const float* w, float eps, const float* dy, int64_t rows, int64_t n, float* dx, bool accumulate);

/** y = act(gate) * up; act is SiLU, or GELU in its tanh form. */
void glu(bool gelu, const float* gate, const float* up, int64_t n, float* y);
/** In: dy, gate, up. Out, in place: dy becomes y (which the down projection's adapter needs), gate and up their gradients. */
void glu_backward(bool gelu, float* dy_to_y, float* gate_to_dgate, float* up_to_dup, int64_t n);

/** Softmax of s[0..n) times `scale` in place; returns the natural log of the sum of exponentials. */
float softmax(float* s, int64_t n, float scale);
/** p[i] = exp(s[i] * scale - lse): a softmax recomputed from its saved log-sum. */
void softmax_again(float* s, int64_t n, float scale, float lse);
/** s becomes exp(s * scale - max), not yet divided by the sum, which goes to `sum`; returns the same as softmax. */
float exponentials(float* s, int64_t n, float scale, float* sum);
/** s becomes exp(s - shift); returns the sum, and the largest s in `top`. They are capped at s = shift + 88. */
float exponentials_above(float* s, int64_t n, float shift, float* top);
/** One key's row of scores, with a column per query: s becomes its probability by the column's lse, dp the gradient of the score. */
void attention_gradient(float* s_to_p, float* dp_to_ds, const float* lse, const float* delta, int64_t n, float scale);
/** ds[i] = p[i] * (dp[i] - delta) * scale, into dp. */
void softmax_backward(const float* p, float* dp, int64_t n, float delta, float scale);

/** logits to probabilities in place; returns the log of the sum of exponentials. */
inline float log_softmax_sum(float* logits, int64_t n) { return softmax(logits, n, 1.0f); }

float dot(const float* a, const float* b, int64_t n);
/** y = a + b; y may alias either. */
void add_rows(const float* a, const float* b, int64_t n, float* y);
/** y += a * x */
void axpy(float a, const float* x, int64_t n, float* y);
/** to [columns, rows] = x [rows, columns] of `stride`. */
void transpose(const float* x, int64_t stride, int64_t rows, int64_t columns, float* to, int64_t to_stride);
/** To the nearest bfloat16, ties to even, in place. */
void round_to_bf16(float* x, int64_t n);
void scale_row(float* x, int64_t n, float a);
/** z = c * tanh(z / c) */
void softcap(float* z, int64_t n, float cap);

}  // namespace repotune
