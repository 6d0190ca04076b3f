#pragma once
// How fast a device reads weights, which bounds its generation speed.
#include <ggml-backend.h>

namespace repotune::inference {

/** Bytes per second, over one token's products with 256 MB of weights; 0 if unknown. Takes some of the device's time. */
double read_bytes_per_second(ggml_backend_dev_t device);

}  // namespace repotune::inference
