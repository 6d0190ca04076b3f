#pragma once
// A frozen linear with its low-rank adapter: y = x W^T + bias + scale * dropout(x) A^T B^T  (Hu et al. 2021, section 4.1).
#include <cstdint>

#include "buffer.h"
#include "device_products.h"
#include "parallel.h"
#include "trainer_model.h"

namespace repotune {

struct LoraScratch {
  Buffer du;       // [tokens, rank]
  Buffer u;        // [tokens, rank]
  Buffer dropped;  // [tokens, n_in], with dropout only
};

/** The adapter as one pass over it sees it. */
struct LoraPass {
  Pool& pool;
  /** Computes the products with W; nullptr: the CPU's kernels. */
  DeviceProducts* device;
  const float* parameters;  // flat; Linear::a and ::b are offsets into it
  float* gradients;         // same layout; nullptr: forward only
  int64_t rank;
  float scale;
  /** 0 when evaluating. */
  float dropout;
  /** Of this step; with the linear's id and the token's index in the step it fixes the dropout mask. */
  uint64_t seed;
  uint64_t first_token;
  LoraScratch& scratch;
};

/** x: [rows, n_in] -> y: [rows, n_out], and u = dropout(x) A^T [rows, rank] for the backward. */
void linear_forward(const LoraPass& pass, const Linear& linear, const float* x, int64_t rows, float* y, float* u);
/** u alone. */
void lora_project(const LoraPass& pass, const Linear& linear, const float* x, int64_t rows, float* u);

/** First half of the backward: dx (+)= dy W + dropout'(scale * dy B A). dx == nullptr: only what the second half needs. */
void linear_backward_input(const LoraPass& pass, const Linear& linear, const float* dy, int64_t rows, float* dx, bool accumulate);
/** Second half, right after the first for the same linear: dA += (scale * dy B)^T dropout(x), dB += scale * dy^T u. */
void linear_backward_weights(const LoraPass& pass, const Linear& linear, const float* x, const float* u, const float* dy, int64_t rows);

}  // namespace repotune
