#pragma once
// How fast a short step of training is: each device computes the same one, and so does the CPU.
#include <vector>

#include "common/timed.h"
#include "trainer/trainer.h"

namespace repotune {

/**
 * `trainer` computes on each of `devices`, and last on the CPU, where it stays; a device that fails, or has no room, says why. None gets
 * more time than the fastest before it took: what it does not finish by then it is slower at.
 */
std::vector<Timed> time_steps(Trainer& trainer, const std::vector<ggml_backend_dev_t>& devices);

}  // namespace repotune
