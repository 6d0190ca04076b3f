#pragma once
// How a step runs within a device's memory: one place decides, from the graphs that will run.
#include <cstdint>
#include <string>

#include "trainer/device/executor.h"
#include "trainer/model.h"

namespace repotune::device {

struct DevicePlan {
  /** Tokens processed together; a micro-batch is never larger. */
  int64_t micro_batch_tokens = 0;
  /** Queries of one chunk of attention, rows of one chunk of the loss. */
  int64_t query_chunk = 0, loss_rows = 0;
  /** Whether all blocks' unpacked weights stay on the device. */
  bool resident = false;
  /** Number of first blocks whose packed weights stay on the host and are sent twice per micro-batch. */
  int64_t streamed_blocks = 0;
  /** Whether scores and logits are computed in smaller chunks, to save memory. */
  bool small_chunks = false;
  /** Number of last blocks whose activations are kept for the backward instead of recomputed. */
  int64_t kept_blocks = 0;
  /**
   * Predicted bytes on the device: packed weights; space for unpacked ones; adapter and its gradients; kept activations; the graphs' own
   * tensors at their peak; what the backend takes beside them.
   */
  int64_t packed_bytes = 0, unpacked_bytes = 0, adapter_bytes = 0, kept_bytes = 0, scratch_bytes = 0, beside_bytes = 0;
  int64_t working_bytes() const { return scratch_bytes + beside_bytes; }
  int64_t total_bytes() const { return packed_bytes + unpacked_bytes + adapter_bytes + kept_bytes + working_bytes(); }
};

struct DeviceRequest {
  int64_t rank = 0;
  int64_t max_tokens = 0;    // of one sequence
  int64_t budget_bytes = 0;  // of the device's memory; 0: what it reports as free
  int64_t step_tokens = 0;   // more at once are never needed; 0: unknown
};

/** Throws DeviceError when even the leanest plan does not fit, or the device lacks an operation. */
DevicePlan plan_device(Executor& executor, const TrainerModel& model, const DeviceRequest& request);

/** One sentence for people: "Weights 0.3 GB and their unpacked form 0.8 GB, …". */
std::string describe(const DevicePlan& plan);

}  // namespace repotune::device
