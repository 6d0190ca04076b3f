#pragma once
// How fast a model completes on each device and on the CPU.
#include <ggml-backend.h>

#include <string>
#include <vector>

#include "common/timed.h"

namespace repotune::inference {

/** Device memory that a model takes: its weights, plus a quarter for the KV cache and the compute buffers. */
size_t device_bytes(size_t tensor_bytes);

/**
 * Times a short completion on the CPU, then on each of `devices` in turn. A device without room for the whole model, or one that fails,
 * computes something else or takes longer than the fastest before it, gets a reason. Throws UserError if the file is not a model.
 */
std::vector<Timed> time_completions(const std::string& model_path, const std::vector<ggml_backend_dev_t>& devices);

}  // namespace repotune::inference
