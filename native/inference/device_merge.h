#pragma once
// A weight and what an adapter adds to it, summed on a device.
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

  /** `weight` [out, in] of type `from` plus `change`, as type `to`; false where the device lacks what that needs. Throws DeviceError. */
  bool add(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out);

 private:
  /** Rows [first, first + rows) of it. */
  bool add_rows(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out, int64_t first, int64_t rows);

  ggml_backend_dev_t device_;
  ggml_backend_ptr backend_;
};

}  // namespace repotune::inference
