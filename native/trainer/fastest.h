#pragma once
// What trains fastest here: each device computes the same short step, and so does the CPU.
#include <string>
#include <vector>

#include "trainer/trainer.h"

namespace repotune {

/** What became of one device, or of the CPU. */
struct Timed {
  std::string name;
  /** 0: not known, because `reason`. */
  double tokens_per_second = 0;
  std::string reason;
  /** Of the device's memory, in words; empty where it was not taken into use, and of the CPU. */
  std::string plan;
};

/**
 * Lets `trainer` compute on the fastest of `devices` and the CPU from now on; a device that fails, or has no room, is not it. The CPU gets
 * no more time than the fastest device took: what it does not finish by then it is slower at. In the order tried, the CPU last.
 */
std::vector<Timed> use_fastest(Trainer& trainer, const std::vector<ggml_backend_dev_t>& devices);

}  // namespace repotune
