#pragma once
// How a step is carried out within a memory budget: one place decides, and predicts what it will take.
#include <cstdint>
#include <string>

#include "trainer/model.h"

namespace repotune {

struct Plan {
  /** Of the base, and those of them, the last ones, that get an adapter. */
  int64_t blocks = 0, adapted_blocks = 0;
  /** Tokens processed together, unless one row alone is longer. */
  int64_t micro_batch_tokens = 0;
  /** Blocks, the last ones, whose activations are kept for the backward; the others' are computed again. */
  int64_t kept_blocks = 0;
  /** Of the other blocks, those, the last ones, whose attention is kept: the dearest part for its size. */
  int64_t kept_attentions = 0;
  /** Logits of the head alive at once. */
  int64_t logit_bytes = 0;
  /** Predicted bytes: base weights in memory; adapter, gradients and moments; everything else at its peak. */
  int64_t weight_bytes = 0, adapter_bytes = 0, working_bytes = 0;
  /** For what the blocks without an adapter make of the text, at most: what the rest of the plan leaves. */
  int64_t frozen_bytes = 0;
  /** Of the blocks' weights, what stays in the file and is read block by block, for every pass; 0: all are in memory. */
  int64_t streamed_bytes = 0;
  int64_t total_bytes() const { return weight_bytes + adapter_bytes + working_bytes + frozen_bytes; }
};

/** Whether the blocks' weights stay in the file. */
enum class Streaming { kNever, kWhereNeeded, kAlways };

/** What is to be planned for. */
struct PlanRequest {
  int64_t rank;
  /** Of one sequence. */
  int64_t max_tokens;
  /** Blocks, the last ones, that get an adapter. */
  int64_t adapted_blocks;
  int threads;
  /** Blocks and loss are computed on a device, which plans its own memory: trainer/device/plan.h. */
  bool on_device;
  int64_t budget_bytes;  // 0: no limit
  Streaming streaming;
  /** As a run that goes on was split, which is kept where it fits; 0: whatever suits. */
  int64_t micro_batch_tokens = 0;
};

/** Throws UserError naming what would fit when even the leanest plan is over the budget. */
Plan make_plan(const TrainerModel& model, const PlanRequest& request);

}  // namespace repotune
