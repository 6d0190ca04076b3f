#pragma once
#include "trainer/cpu/loss.h"
#include "trainer/trainer.h"

namespace repotune {

/** Rows processed together, flattened: packed sequences and separate rows are the same here. */
struct Trainer::MicroBatch {
  Batch batch;
  std::vector<int32_t> tokens;
  std::vector<LossRow> loss_rows;
};

}  // namespace repotune
