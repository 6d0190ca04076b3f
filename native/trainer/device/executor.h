#pragma once
// Runs graphs on a device, moves data there and back, and meters the cost.
#include <ggml-backend.h>
#include <ggml-cpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "trainer/device/ops.h"

namespace repotune::device {

/** Totals since the last reset. */
struct Meter {
  int64_t kernels = 0;
  double flops = 0;
  /** Read and written by the kernels in the device's memory; over the bus to the device, and back. */
  double memory_bytes = 0, sent_bytes = 0, fetched_bytes = 0;
  /** Time the kernels need on a card of this speed, each bound by arithmetic or memory. */
  double seconds = 0;
};

/** A card's speed, for `Meter::seconds`. */
struct Card {
  double flops_per_second = 0, bytes_per_second = 0, seconds_per_kernel = 0;
};

struct ExecutorOptions {
  int threads = 1;  // for ggml's CPU backend
  /** Pretends that the device has only Metal's operations. */
  bool metal_operations = false;
  /** Pretends that products hold their operands in half precision. */
  bool half_operands = false;
  /** Type that weights are unpacked to; GGML_TYPE_COUNT: whatever suits the device. */
  ggml_type unpacked_type = GGML_TYPE_COUNT;
  /** Plans for the least memory that holds all weights, instead of for speed. */
  bool lean = false;
  /** Counts and moves data, but computes nothing. */
  bool count_only = false;
  Card card;
  /** Pretends that the device's memory is the machine's. */
  bool shared_memory = false;
};

class Executor {
 public:
  /** Throws DeviceError. */
  explicit Executor(ggml_backend_dev_t device, const ExecutorOptions& options = {});
  ~Executor();

  const std::string& name() const { return name_; }
  ggml_backend_dev_t device() const { return device_; }
  bool is_cpu() const;
  /** "CUDA", "Vulkan", "MTL" or "CPU". */
  std::string backend_name() const;
  /** Whether everything else on the machine lives in the device's memory too. */
  bool shares_memory() const;
  /** Of the weights that products read. */
  ggml_type unpacked_type() const;
  const OpSet& ops() const { return ops_; }
  const ExecutorOptions& options() const { return options_; }
  ggml_backend_buffer_type_t buffer_type() const { return ggml_backend_get_default_buffer_type(backend_.get()); }

  /** Whether the device supports this one operation. */
  bool supports(const ggml_tensor* node) const;
  /** Whether it supports all of a graph. */
  bool supports(const Graph& graph) const;
  /** Memory that the graph's own tensors need on the device. */
  size_t scratch_bytes(const Graph& graph) const;

  /** What the backend takes beside them: to convert the activations of one product at a time to the type of its weights, and to multiply.
   */
  size_t beside_bytes(const Graph& graph) const;

  /** Memory taken on the device by what was allocated and by the graphs computed so far. */
  size_t allocated_bytes() const;

  /** Allocates every tensor of `context` for the executor's lifetime. Throws DeviceError if there is no room. */
  void allocate(ggml_context* context, const char* what);
  /** Allocates the graph, so that its inputs can be set. Throws DeviceError. */
  void place(Graph& graph);
  /** Computes a graph, placed or not. Throws DeviceError when the device is lost. */
  void run(Graph& graph);
  void set(ggml_tensor* to, const void* data, size_t bytes, size_t offset = 0);
  void get(const ggml_tensor* from, void* data, size_t bytes, size_t offset = 0);
  void clear(ggml_tensor* tensor);

  const Meter& meter() const { return meter_; }
  void reset_meter() { meter_ = {}; }

 private:
  template <typename Work>
  void guarded(Work work);
  [[noreturn]] void lost();
  void count(const Graph& graph);

  ggml_backend_dev_t device_;
  bool has_bfloat16_;
  ExecutorOptions options_;
  std::string name_;
  ggml_backend_ptr backend_;
  std::vector<ggml_backend_buffer_ptr> buffers_;
  ggml_gallocr_ptr allocator_;
  const Graph* placed_ = nullptr;
  OpSet ops_;
  Meter meter_;
};

/** Floating-point operations of one node: a product counts multiplications and additions, others one per element. */
double flops_of(const ggml_tensor* node);

}  // namespace repotune::device
