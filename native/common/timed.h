#pragma once
// The measured speed of one device, or of the CPU.
#include <string>

namespace repotune {

struct Timed {
  /** ggml's name for it, "Vulkan0" or "CPU"; empty for a plug-in without devices. */
  std::string device;
  /** For display. */
  std::string name;
  /** 0: unknown, because of `reason`. */
  double tokens_per_second = 0;
  std::string reason;
  /** The device's memory plan, in words; empty if it was not used, and for the CPU. */
  std::string plan;
  /** Whether the device computes something else than the CPU, as `reason` says. */
  bool faulty = false;
};

}  // namespace repotune
