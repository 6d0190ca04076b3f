#include "trainer/device/executor.h"

#include <algorithm>
#include <new>
#include <utility>

#include "common/cuda_capability.h"
#include "common/errors.h"
#include "common/hold.h"

namespace repotune::device {

namespace {

/** What ggml gives cuBLAS to work in, and by how much its pool is rounded up. */
constexpr size_t kCudaBytes = (32 << 20) + (2 << 20);

/** The first cards that multiply in bfloat16; on some of those before, cuBLAS refuses to. */
constexpr int kAmpere = 80;

/** Views and reshapes launch no kernel. */
bool is_kernel(const ggml_tensor* node) {
  switch (node->op) {
    case GGML_OP_NONE:
    case GGML_OP_VIEW:
    case GGML_OP_RESHAPE:
    case GGML_OP_PERMUTE:
    case GGML_OP_TRANSPOSE: return false;
    default: return true;
  }
}

double bytes_of(const ggml_tensor* t) { return (double)ggml_row_size(t->type, t->ne[0]) * (double)ggml_nrows(t); }

/** Bytes a node reads: only the rows gathered count, not the whole source; and a destination is not read. */
double read_bytes(const ggml_tensor* node) {
  if (node->op == GGML_OP_GET_ROWS)
    return (double)ggml_row_size(node->src[0]->type, node->ne[0]) * (double)ggml_nrows(node) + bytes_of(node->src[1]);
  double bytes = 0;
  for (const ggml_tensor* source : node->src)
    if (source && !(source == node->view_src && (node->op == GGML_OP_CPY || node->op == GGML_OP_SET_ROWS))) bytes += bytes_of(source);
  return bytes;
}

double written_bytes(const ggml_tensor* node) {
  if (node->op == GGML_OP_SET_ROWS) return bytes_of(node->src[0]);
  if (node->op == GGML_OP_ACC) return bytes_of(node->src[1]);
  return bytes_of(node);
}

}  // namespace

double flops_of(const ggml_tensor* node) {
  const double elements = (double)ggml_nelements(node);
  return node->op == GGML_OP_MUL_MAT ? 2.0 * (double)node->src[0]->ne[0] * elements : elements;
}

Executor::Executor(ggml_backend_dev_t device, const ExecutorOptions& options)
    : device_(device),
      has_bfloat16_(backend_name() == "CUDA" && cuda_capability(device) >= kAmpere),
      options_(options),
      name_(ggml_backend_dev_name(device)) {
  guarded([&] { backend_.reset(ggml_backend_dev_init(device, nullptr)); });
  if (!backend_) throw DeviceError(format("The device %s cannot be started: choose the device cpu.", name_.c_str()));
  if (is_cpu()) {
    auto* set_threads = (ggml_backend_set_n_threads_t)ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device_),
                                                                                        "ggml_backend_set_n_threads");
    if (set_threads) set_threads(backend_.get(), options_.threads);
  }
  allocator_.reset(ggml_gallocr_new(buffer_type()));
  ops_.halves = options_.half_operands;
  if (options_.metal_operations) return;
  const ggml_context_ptr context(ggml_init({ggml_tensor_overhead() * 8, nullptr, true}));
  ggml_tensor* x = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, 64, 8);
  ops_.rms_norm_back = supports(ggml_rms_norm_back(context.get(), x, x, 1e-6f));
  ops_.soft_max_back = supports(ggml_soft_max_ext_back(context.get(), x, x, 1, 0));
  // Vulkan's computes each output in one thread, and none rounds its operands as `halves` says.
  ops_.outer_product = (is_cpu() || backend_name() == "CUDA") && !ops_.halves && supports(ggml_out_prod(context.get(), x, x));
}

Executor::~Executor() = default;

bool Executor::is_cpu() const { return ggml_backend_dev_type(device_) == GGML_BACKEND_DEVICE_TYPE_CPU; }

bool Executor::shares_memory() const {
  return options_.shared_memory || ggml_backend_dev_type(device_) == GGML_BACKEND_DEVICE_TYPE_IGPU || backend_name() == "MTL";
}

// CUDA sums products of F16 in it unless they are converted to F32, those of BF16 in F32. The CPU backend serves for comparison, and must
// lose nothing.
ggml_type Executor::unpacked_type() const {
  if (options_.unpacked_type != GGML_TYPE_COUNT) return options_.unpacked_type;
  return is_cpu() ? GGML_TYPE_F32 : has_bfloat16_ ? GGML_TYPE_BF16 : GGML_TYPE_F16;
}

std::string Executor::backend_name() const { return ggml_backend_reg_name(ggml_backend_dev_backend_reg(device_)); }

template <typename Work>
void Executor::guarded(Work work) {
  try {
    work();
  } catch (const UserError&) {
    throw;
  } catch (const std::bad_alloc&) {  // on the host
    throw;
  } catch (const std::exception&) {  // Vulkan's, for a lost device: thrown by copies both ways as well as by products
    lost();
  }
}

void Executor::lost() {
  // Leaked until the process ends: freeing them would wait for the device again, and abort the process when that fails.
  for (auto& buffer : buffers_) (void)buffer.release();
  (void)allocator_.release();
  (void)backend_.release();
  throw DeviceError(format("%s failed during training: go on with the device cpu.", name_.c_str()));
}

bool Executor::supports(const ggml_tensor* node) const {
  if (!is_kernel(node)) return true;
  return ggml_backend_dev_supports_op(device_, node);
}

bool Executor::supports(const Graph& graph) const {
  for (int i = 0; i < ggml_graph_n_nodes(graph.nodes()); i++)
    if (!supports(ggml_graph_node(graph.nodes(), i))) return false;
  return true;
}

size_t Executor::scratch_bytes(const Graph& graph) const {
  const ggml_gallocr_ptr allocator(ggml_gallocr_new(buffer_type()));
  size_t bytes = 0;
  ggml_gallocr_reserve_n_size(allocator.get(), graph.nodes(), nullptr, nullptr, &bytes);
  return bytes;
}

size_t Executor::beside_bytes(const Graph& graph) const {
  const bool is_cuda = backend_name() == "CUDA";
  if (!is_cuda && backend_name() != "Vulkan") return 0;
  size_t most = 0;
  for (int i = 0; i < ggml_graph_n_nodes(graph.nodes()); i++) {
    const ggml_tensor* node = ggml_graph_node(graph.nodes(), i);
    if (node->op != GGML_OP_MUL_MAT || node->src[0]->type == GGML_TYPE_F32) continue;
    // Asked for F32, CUDA converts the weights to it; otherwise the activations become what the weights are.
    const bool weights = is_cuda && node->op_params[0] == GGML_PREC_F32;
    const ggml_tensor* converted = node->src[weights ? 0 : 1];
    most = std::max(most, (size_t)ggml_nelements(converted) * ggml_type_size(weights ? GGML_TYPE_F32 : node->src[0]->type));
  }
  return most + (is_cuda ? kCudaBytes : 0);
}

size_t Executor::allocated_bytes() const {
  size_t bytes = allocator_ ? ggml_gallocr_get_buffer_size(allocator_.get(), 0) : 0;
  for (const auto& buffer : buffers_) bytes += ggml_backend_buffer_get_size(buffer.get());
  return bytes;
}

void Executor::allocate(ggml_context* context, const char* what) {
  if (!backend_) lost();
  ggml_backend_buffer_ptr buffer;
  guarded([&] { buffer.reset(ggml_backend_alloc_ctx_tensors(context, backend_.get())); });
  if (!buffer) throw DeviceError(format("%s has no room for the %s: choose the device cpu, or a smaller model.", name_.c_str(), what));
  buffers_.push_back(std::move(buffer));
}

void Executor::place(Graph& graph) {
  if (!backend_) lost();  // lost in an earlier call
  guarded([&] {
    if (!ggml_gallocr_alloc_graph(allocator_.get(), graph.nodes()))
      throw DeviceError(format("%s is out of memory: train with a smaller context, or on the cpu.", name_.c_str()));
  });
  placed_ = &graph;
}

void Executor::run(Graph& graph) {
  if (placed_ != &graph) place(graph);
  placed_ = nullptr;
  count(graph);
  if (options_.count_only) return;
  hold().wait();
  guarded([&] {
    if (ggml_backend_graph_compute(backend_.get(), graph.nodes()) != GGML_STATUS_SUCCESS) lost();
  });
}

void Executor::set(ggml_tensor* to, const void* data, size_t bytes, size_t offset) {
  if (!backend_) lost();
  meter_.sent_bytes += (double)bytes;
  guarded([&] { ggml_backend_tensor_set(to, data, offset, bytes); });
}

void Executor::get(const ggml_tensor* from, void* data, size_t bytes, size_t offset) {
  if (!backend_) lost();
  meter_.fetched_bytes += (double)bytes;
  guarded([&] { ggml_backend_tensor_get(from, data, offset, bytes); });
}

void Executor::clear(ggml_tensor* tensor) {
  if (!backend_) lost();
  guarded([&] { ggml_backend_tensor_memset(tensor, 0, 0, ggml_nbytes(tensor)); });
}

void Executor::count(const Graph& graph) {
  const Card& card = options_.card;
  for (int i = 0; i < ggml_graph_n_nodes(graph.nodes()); i++) {
    const ggml_tensor* node = ggml_graph_node(graph.nodes(), i);
    if (!is_kernel(node)) continue;
    const double flops = flops_of(node), bytes = read_bytes(node) + written_bytes(node);
    meter_.kernels++;
    meter_.flops += flops;
    meter_.memory_bytes += bytes;
    if (card.flops_per_second > 0 && card.bytes_per_second > 0)
      meter_.seconds += card.seconds_per_kernel + std::max(flops / card.flops_per_second, bytes / card.bytes_per_second);
  }
}

}  // namespace repotune::device
