#include "inference/device_speed.h"

#include <ggml-alloc.h>
#include <ggml-cpp.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>

namespace repotune::inference {

namespace {

/** 256 MB in total at 16 bits, more than today's GPUs cache; each small enough for a driver to bind. */
constexpr int64_t kWidth = 4096;
constexpr int64_t kRows = 8192;
constexpr int kMatrices = 4;
constexpr size_t kBytes = kMatrices * kWidth * kRows * sizeof(ggml_fp16_t);
constexpr int kRounds = 3;

double seconds_of(ggml_backend_t backend, ggml_cgraph* graph) {
  const auto started = std::chrono::steady_clock::now();
  if (ggml_backend_graph_compute(backend, graph) != GGML_STATUS_SUCCESS) return 0;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double measured(ggml_backend_dev_t device) {
  const ggml_backend_ptr backend(ggml_backend_dev_init(device, nullptr));
  if (!backend) return 0;
  const ggml_context_ptr context(ggml_init({ggml_tensor_overhead() * 3 * kMatrices + ggml_graph_overhead(), nullptr, true}));
  ggml_cgraph* graph = ggml_new_graph(context.get());
  for (int i = 0; i < kMatrices; ++i) {
    ggml_tensor* weights = ggml_new_tensor_2d(context.get(), GGML_TYPE_F16, kWidth, kRows);
    ggml_tensor* product = ggml_mul_mat(context.get(), weights, ggml_new_tensor_1d(context.get(), GGML_TYPE_F32, kWidth));
    if (!ggml_backend_dev_supports_op(device, product)) return 0;
    ggml_build_forward_expand(graph, product);
  }
  const ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(context.get(), backend.get()));
  if (!buffer) return 0;
  ggml_backend_buffer_clear(buffer.get(), 0);
  // The first run compiles kernels.
  double best = seconds_of(backend.get(), graph);
  for (int round = 0; round < kRounds && best > 0; ++round) {
    const double took = seconds_of(backend.get(), graph);
    best = round == 0 ? took : std::min(best, took);
  }
  return best > 0 ? static_cast<double>(kBytes) / best : 0;
}

}  // namespace

double read_bytes_per_second(ggml_backend_dev_t device) {
  // Drivers throw all sorts of exceptions.
  try {
    size_t free_bytes = 0;
    size_t total_bytes = 0;
    ggml_backend_dev_memory(device, &free_bytes, &total_bytes);
    return free_bytes < 2 * kBytes ? 0 : measured(device);
  } catch (...) {
    return 0;
  }
}

}  // namespace repotune::inference
