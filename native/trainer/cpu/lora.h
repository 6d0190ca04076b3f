#pragma once
// A frozen linear with its low-rank adapter: y = x W^T + bias + scale * x A^T B^T  (Hu et al. 2021, section 4.1).
#include <cstdint>
#include <initializer_list>

#include "common/buffer.h"
#include "common/parallel.h"
#include "trainer/model.h"

namespace repotune {

struct LoraScratch {
  Buffer du;                  // [linears, tokens, rank], or [linears, rank, tokens] where panels compute it
  Buffer u;                   // [tokens, linears * rank]
  Buffer packed, packed_low;  // x or dy, and its low-rank product, in the kernels' order
  Buffer low, stacked;        // [tokens, rank]; [linears * rank, n_in or n_out]
};

/** The adapter as seen by one pass. */
struct LoraPass {
  Pool& pool;
  const float* parameters;  // flat; Linear::a and ::b are offsets into it
  float* gradients;         // same layout; nullptr: forward only
  int64_t rank;
  float scale;
  LoraScratch& scratch;
};

/** One of the linears that read the same x: they share its packing. */
struct LinearForward {
  const Linear& linear;
  float* y;  // [rows, n_out]; nullptr: u alone
  float* u;  // [rows, rank], x A^T, kept for the backward
};
struct LinearBackward {
  const Linear& linear;
  const float *dy, *u;
};
/** y [rows, n_out] += the linear's own bias, if any. */
void add_bias(Pool& pool, const Linear& linear, int64_t rows, float* y);

using LinearsForward = std::initializer_list<LinearForward>;
using LinearsBackward = std::initializer_list<LinearBackward>;

/** x: [rows, n_in]. Either all of the linears have an adapter or none, as in a block. */
void linears_forward(const LoraPass& pass, const float* x, int64_t rows, LinearsForward linears);
/** First half of the backward: dx (+)= dy W + scale * dy B A, over all linears. dx == nullptr: only what the second half needs.
 */
void linears_backward_input(const LoraPass& pass, int64_t rows, LinearsBackward linears, float* dx, bool accumulate);
/** Second half, right after the first for the same linears: dA += (scale * dy B)^T x, dB += scale * dy^T u. */
void linears_backward_weights(const LoraPass& pass, const float* x, int64_t rows, LinearsBackward linears);

}  // namespace repotune
