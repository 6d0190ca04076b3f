#pragma once
// How fast a device reads weights, which bounds generation there.
#include <ggml-backend.h>

namespace repotune::inference {

/** Bytes a second, of one token's products with 256 MB of weights; 0 where it cannot be told. Takes some of the device's time. */
double read_bytes_per_second(ggml_backend_dev_t device);

}  // namespace repotune::inference
