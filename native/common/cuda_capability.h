#pragma once
// What NVIDIA's driver says of a card.
#include <ggml-backend.h>

namespace repotune {

/** Compute capability of a device of ggml's CUDA backend, times ten: 89 for an RTX 4090; 0 if the driver does not say. */
int cuda_capability(ggml_backend_dev_t device);

}  // namespace repotune
