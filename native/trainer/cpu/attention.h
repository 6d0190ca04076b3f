#pragma once
// Causal attention over packed sequences, in chunks of query rows: memory grows linearly with the sequence's length.
#include <cstdint>
#include <vector>

#include "common/buffer.h"
#include "common/parallel.h"

namespace repotune {

struct AttentionShape {
  int64_t n_head, n_head_kv, head_dim;
  float scale;     // of q k^T
  int64_t window;  // keys a query sees, itself included; 0: all
};

/** One sequence of a micro-batch: tokens [begin, end) attend within themselves. */
struct Segment {
  int64_t begin, end;
};

/** Scratch of the two directions, kept between calls. */
struct AttentionScratch {
  std::vector<Buffer> scores, gradients;  // per thread [chunk, keys]
  Buffer dk, dv;                          // [n_head, tokens, head_dim]
  std::vector<Buffer> panels;             // per thread, and for all keys and values: in the kernels' order, if they have one
  Buffer packed;
};

/**
 * q, out: [tokens, n_head * head_dim]; k, v: [tokens, n_head_kv * head_dim]; lse: [tokens, n_head], the log-sum-exp of each row of scores,
 * which is all the backward needs to recompute the probabilities.
 */
void attention_forward(Pool& pool, const AttentionShape& shape, const std::vector<Segment>& segments, const float* q, const float* k,
                       const float* v, float* out, float* lse, AttentionScratch& scratch);

/** Gradients of q, k, v (shapes as above, overwritten) from that of out. The result does not depend on the number of threads. */
void attention_backward(Pool& pool, const AttentionShape& shape, const std::vector<Segment>& segments, int64_t tokens, const float* q,
                        const float* k, const float* v, const float* out, const float* lse, const float* dout, float* dq, float* dk,
                        float* dv, AttentionScratch& scratch);

}  // namespace repotune
