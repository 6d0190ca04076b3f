#pragma once
// One transformer block: the forward and its hand-written vector-Jacobian product.
#include <atomic>
#include <vector>

#include "trainer/cpu/attention.h"
#include "trainer/cpu/lora.h"
#include "trainer/model.h"

namespace repotune {

/** Sequences processed together: their tokens end to end. */
struct Batch {
  int64_t tokens = 0;
  std::vector<Segment> segments;
  std::vector<int64_t> positions;  // [tokens], within its own sequence
};

/** What the backward of one block needs from its forward, besides the block's input. */
struct Activations {
  Buffer q, k, v;         // [tokens, heads * head_dim], q and k after RoPE
  Buffer q_raw, k_raw;    // before the head norms; only with qk_norm
  Buffer attention, lse;  // [tokens, n_head * head_dim], [tokens, n_head]
  Buffer attention_out;   // [tokens, n_embd] before its post-norm; only with post_norms
  Buffer middle;          // [tokens, n_embd] between attention and feed-forward
  Buffer gate, up;        // [tokens, n_ff]
  Buffer ffn_out;         // [tokens, n_embd] before its post-norm; only with post_norms
  Buffer u[kLinears];     // [tokens, rank]
};

/** Scratch that no other pass needs. */
struct BlockScratch {
  Buffer norm, hidden, out;       // [tokens, n_embd], [tokens, n_ff], [tokens, n_embd]
  Buffer dq, dk, dv, dattention;  // as q, k, v, attention
  Buffer dnorm;                   // [tokens, n_embd]
  AttentionScratch attention;
};

struct BlockPass {
  const TrainerModel& model;
  LoraPass lora;
  const Batch& batch;
  BlockScratch& scratch;
  const std::atomic<bool>& cancel;
};

/**
 * x -> y, both [tokens, n_embd]. y == nullptr: only the activations, for the backward. `attention_kept`: `saved` already holds the
 * attention of these tokens. Throws Cancelled.
 */
void block_forward(const BlockPass& pass, const Layer& layer, const float* x, Activations& saved, float* y, bool attention_kept = false);

/**
 * In: d = the gradient of the block's output. Out: d = the gradient of its input x, unless `input_needed` is false. Adds the adapter's
 * gradients. Overwrites `saved`. Throws Cancelled.
 */
void block_backward(const BlockPass& pass, const Layer& layer, const float* x, Activations& saved, float* d, bool input_needed);

}  // namespace repotune
