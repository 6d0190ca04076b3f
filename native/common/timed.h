#pragma once
// How fast one device, or the CPU, turned out to be.
#include <string>

namespace repotune {

struct Timed {
  /** As ggml calls it, "Vulkan0" or "CPU"; empty of a plug-in that has none. */
  std::string device;
  /** For people. */
  std::string name;
  /** 0: not known, because `reason`. */
  double tokens_per_second = 0;
  std::string reason;
  /** Of the device's memory, in words; empty where it was not taken into use, and of the CPU. */
  std::string plan;
};

}  // namespace repotune
