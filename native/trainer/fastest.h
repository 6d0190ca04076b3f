#pragma once
// Times a short training step: the same on each device and on the CPU.
#include <cmath>
#include <vector>

#include "common/timed.h"
#include "trainer/trainer.h"

namespace repotune {

/** What one short text gives. */
struct Sample {
  double loss = NAN;
  /** Of all parameters; empty if there was no time for it. */
  std::vector<float> gradient;
};

/** Throws FaultyDevice if `found` differs from the CPU's `expected` by more than rounding can. */
void check_computed(const Sample& expected, const Sample& found);

/**
 * `trainer` computes on each of `devices`, and last on the CPU, where it stays; a device that fails, has no room, or computes another loss
 * or gradient than the CPU, gets a reason. None gets more time than the fastest before it took: not finishing by then means being slower.
 */
std::vector<Timed> time_steps(Trainer& trainer, const std::vector<ggml_backend_dev_t>& devices);

}  // namespace repotune
