#pragma once
// Rows to learn from, checked and laid out as the passes take them.
#include <cstdint>
#include <vector>

#include "trainer/cpu/block.h"
#include "trainer/cpu/loss.h"

namespace repotune {

/** One packed row, as TrainRow in server/engine/types.ts. */
struct Row {
  std::vector<int32_t> tokens;
  std::vector<int32_t> starts;
  std::vector<float> loss_weights;  // [tokens]
};

/** What rows are checked against; in tokens. */
struct RowLimits {
  int64_t longest;  // sequence
  int64_t context;  // of the model
  int64_t vocabulary;
};

/** Rows processed together, flattened: packed sequences and separate rows are the same here. */
struct MicroBatch {
  Batch batch;
  std::vector<int32_t> tokens;
  std::vector<LossRow> loss_rows;
};

/**
 * At most `tokens` in each, or a single longer row; without those that carry no loss. Weights below 0 are accepted only if
 * `signed_weights`. Throws UserError for a malformed row.
 */
std::vector<MicroBatch> micro_batches(const std::vector<Row>& rows, int64_t tokens, const RowLimits& limits, bool signed_weights = false);

}  // namespace repotune
