#pragma once
// Sums a weight and an adapter's change to it on a device.
#include <ggml-cpp.h>

#include <cstdint>
#include <vector>

namespace repotune::inference {

/** B A: b [out, rank], a [rank, in]. */
struct LowRank {
  int64_t in, out, rank;
  std::vector<float> a, b;
};

class DeviceMerge {
 public:
  /** Throws DeviceError. */
  explicit DeviceMerge(ggml_backend_dev_t device);

  /** `weight` [out, in] of type `from` plus `change`, as type `to`; false if the device lacks an operation for it. Throws DeviceError. */
  bool add(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out);

 private:
  /** The same for rows [first, first + rows). */
  bool add_rows(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out, int64_t first, int64_t rows);

  ggml_backend_dev_t device_;
  ggml_backend_ptr backend_;
};

}  // namespace repotune::inference
