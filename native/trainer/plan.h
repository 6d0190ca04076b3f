#pragma once
// How a step runs within a memory budget: one place decides, and predicts the memory it will take.
#include <cstdint>
#include <string>

#include "trainer/model.h"

namespace repotune {

struct Plan {
  /** Blocks of the base, and how many of the last ones get an adapter. */
  int64_t blocks = 0, adapted_blocks = 0;
  /** Tokens processed together, unless one row alone is longer. */
  int64_t micro_batch_tokens = 0;
  /** Number of last blocks whose activations are kept for the backward; the others' are recomputed. */
  int64_t kept_blocks = 0;
  /** Number of last ones of the other blocks whose attention is kept: the costliest part for its size. */
  int64_t kept_attentions = 0;
  /** Logits of the head alive at once. */
  int64_t logit_bytes = 0;
  /** Predicted bytes: base weights in memory; adapter, gradients and moments; everything else at its peak. */
  int64_t weight_bytes = 0, adapter_bytes = 0, working_bytes = 0;
  /** Limit for the kept outputs of the blocks without an adapter: what the rest of the plan leaves. */
  int64_t frozen_bytes = 0;
  /** Bytes of the blocks' weights that stay in the file and are read block by block in every pass; 0: all are in memory. */
  int64_t streamed_bytes = 0;
  int64_t total_bytes() const { return weight_bytes + adapter_bytes + working_bytes + frozen_bytes; }
};

/** Whether the blocks' weights stay in the file. */
enum class Streaming { kNever, kWhereNeeded, kAlways };

/** What to plan for. */
struct PlanRequest {
  int64_t rank;
  /** Per sequence. */
  int64_t max_tokens;
  /** Number of last blocks that get an adapter. */
  int64_t adapted_blocks;
  int threads;
  /** Blocks and loss are computed on a device, which plans its own memory: trainer/device/plan.h. */
  bool on_device;
  int64_t budget_bytes;  // 0: no limit
  Streaming streaming;
  /** The micro-batch of a resumed run, kept if it fits; 0: whatever suits. */
  int64_t micro_batch_tokens = 0;
};

/** Throws UserError naming what would fit when even the leanest plan is over the budget. */
Plan make_plan(const TrainerModel& model, const PlanRequest& request);

}  // namespace repotune
