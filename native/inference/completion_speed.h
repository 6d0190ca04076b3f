#pragma once
// How fast a model completes on each device and on the CPU.
#include <ggml-backend.h>

#include <string>
#include <vector>

#include "common/timed.h"

namespace repotune::inference {

/** What a model takes of a device: its weights, and a quarter on top for the KV cache and the compute buffers. */
size_t device_bytes(size_t tensor_bytes);

/**
 * The model reads and writes a little on the CPU, then on each of `devices`, one after another. A device that has no room for all of it, or
 * fails, says why; so does one that takes longer than the fastest before it. Throws UserError where the file is none.
 */
std::vector<Timed> time_completions(const std::string& model_path, const std::vector<ggml_backend_dev_t>& devices);

}  // namespace repotune::inference
