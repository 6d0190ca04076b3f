#include "inference/accelerator.h"

#include <ggml-backend-impl.h>
#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <ggml.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <thread>

#include "common/parallel.h"
#include "kernels/matmul.h"
#include "kernels/select.h"

namespace repotune::inference {

namespace {

/**
 * With fewer rows, unpacking a weight costs more than the faster product saves. On many cores the products of so few rows take less time
 * than restarting ggml's threads after each, some six times per layer.
 */
int64_t least_rows() {
  static const int64_t least = std::clamp<int64_t>(4 * (int64_t)std::thread::hardware_concurrency(), 32, 96);
  return least;
}
/** Narrower products take negligible time. */
constexpr int64_t kLeastWidth = 64;
constexpr const char* kName = "Panels";

/** The backend of one context. */
class Accelerator {
 public:
  void use(int threads) { threads_ = threads; }

  /** One thread, or as many as were used last, which depends on the machine's load. They sleep between products. */
  Pool& pool() {
    if (threads_ == 1) return single_;
    if (!several_ || several_->size() != threads_) several_ = std::make_unique<Pool>(threads_);
    return *several_;
  }

  Buffer rows;

 private:
  int threads_ = 1;
  Pool single_{1};
  std::unique_ptr<Pool> several_;
};

/** The trainer's kernels; REPOTUNE_KERNELS overrides them. */
const Kernels& kernels() {
  static const Kernels chosen = choose_kernels(std::getenv("REPOTUNE_KERNELS"));
  return chosen;
}

/** ggml rounds rows to eight bits for all types but these. */
bool is_exact_in_ggml(ggml_type type) { return type == GGML_TYPE_F32 || type == GGML_TYPE_F16; }

bool multiplies(ggml_type type) {
  if (kernels().panels) return !is_exact_in_ggml(type) && ggml_get_type_traits(type)->to_float;
  return kernels().integer && kernels().integer->takes_own(type);
}

Accelerator& accelerator_of(ggml_backend_t backend) { return *static_cast<Accelerator*>(backend->context); }

/** Operations that only reinterpret memory. */
bool is_view_or_leaf(const ggml_tensor* op) {
  switch (op->op) {
    case GGML_OP_NONE:
    case GGML_OP_RESHAPE:
    case GGML_OP_VIEW:
    case GGML_OP_PERMUTE:
    case GGML_OP_TRANSPOSE: return true;
    default: return false;
  }
}

/** y [rows, n_out] = x [rows, n_in] w [n_out, n_in] transposed, with a weight laid out as in its file. */
bool is_product(const ggml_tensor* op) {
  if (op->op != GGML_OP_MUL_MAT || op->op_params[1] == GGML_HINT_SRC0_IS_HADAMARD) return false;
  const ggml_tensor *w = op->src[0], *x = op->src[1];
  const ggml_backend_buffer_t buffer = w->buffer;
  if (!buffer || ggml_backend_buffer_get_usage(buffer) != GGML_BACKEND_BUFFER_USAGE_WEIGHTS) return false;
  return x->type == GGML_TYPE_F32 && ggml_is_contiguous(w) && ggml_is_contiguous(x) && ggml_is_contiguous(op) && ggml_is_matrix(w) &&
         ggml_is_matrix(x) && x->ne[1] >= least_rows() && w->ne[0] >= kLeastWidth && w->ne[1] >= kLeastWidth && multiplies(w->type);
}

void multiply(Accelerator& accelerator, ggml_cgraph* graph) {
  Pool& pool = accelerator.pool();
  // Gate and up multiply the same rows.
  const ggml_tensor* packed = nullptr;
  PackedRows rows{};
  for (int i = 0; i < ggml_graph_n_nodes(graph); ++i) {
    const ggml_tensor* node = ggml_graph_node(graph, i);
    if (is_view_or_leaf(node) || !(node->flags & GGML_TENSOR_FLAG_COMPUTE)) continue;
    if (node->op != GGML_OP_MUL_MAT) GGML_ABORT("%s is no product", ggml_op_name(node->op));
    const ggml_tensor* x = node->src[1];
    const Weight w{node->src[0]->type, node->src[0]->data, node->src[0]->ne[1], node->src[0]->ne[0]};
    const float* from = static_cast<const float*>(x->data);
    float* to = static_cast<float*>(node->data);
    if (kernels().panels) {
      if (x != packed) rows = pack_panels(*kernels().panels, pool, from, x->ne[1], x->ne[0], accelerator.rows);
      packed = x;
      panel_forward(*kernels().panels, pool, w, rows, to, nullptr);
    } else {
      integer_forward(*kernels().integer, pool, w, from, x->ne[1], to);
    }
  }
}

/** Nothing may be thrown through libllama. */
ggml_status compute(ggml_backend_t backend, ggml_cgraph* graph) {
  try {
    multiply(accelerator_of(backend), graph);
    return GGML_STATUS_SUCCESS;
  } catch (const std::exception&) {
    return GGML_STATUS_ALLOC_FAILED;
  }
}

const char* name_of(ggml_backend_t) { return kName; }

void destroy(ggml_backend_t backend) {
  delete &accelerator_of(backend);
  delete backend;
}

void set_threads(ggml_backend_t backend, int threads) { accelerator_of(backend).use(threads); }

ggml_guid_t guid() {
  static ggml_guid own = {0x52, 0x65, 0x70, 0x6f, 0x74, 0x75, 0x6e, 0x65, 0x20, 0x70, 0x61, 0x6e, 0x65, 0x6c, 0x73, 0x31};
  return &own;
}

ggml_backend_t create(ggml_backend_dev_t device, const char*) {
  ggml_backend_i interface{};
  interface.get_name = name_of;
  interface.free = destroy;
  interface.graph_compute = compute;
  return new ggml_backend{guid(), interface, device, new Accelerator};
}

const char* device_name(ggml_backend_dev_t) { return kName; }
const char* device_description(ggml_backend_dev_t) { return kernels().name; }
enum ggml_backend_dev_type device_type(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_ACCEL; }

/** The weights are the CPU's. */
void device_memory(ggml_backend_dev_t, size_t* free, size_t* total) { *free = *total = 0; }

ggml_backend_buffer_type_t device_buffers(ggml_backend_dev_t) { return ggml_backend_cpu_buffer_type(); }

ggml_backend_buffer_t device_buffer(ggml_backend_dev_t, void* data, size_t size, size_t) {
  return ggml_backend_cpu_buffer_from_ptr(data, size);
}

void device_properties(ggml_backend_dev_t device, ggml_backend_dev_props* properties) {
  *properties = {};
  properties->name = device_name(device);
  properties->description = device_description(device);
  properties->type = device_type(device);
  properties->caps.buffer_from_host_ptr = true;
  properties->caps.mmap_support = true;
}

bool supports_op(ggml_backend_dev_t, const ggml_tensor* op) { return is_view_or_leaf(op) || is_product(op); }

bool supports_buffer(ggml_backend_dev_t, ggml_backend_buffer_type_t type) { return ggml_backend_buft_is_host(type); }

const char* registry_name(ggml_backend_reg_t) { return kName; }
size_t registry_count(ggml_backend_reg_t) { return 1; }

ggml_backend_dev_t registry_device(ggml_backend_reg_t registry, size_t) {
  static ggml_backend_device device = [&] {
    ggml_backend_device_i interface{};
    interface.get_name = device_name;
    interface.get_description = device_description;
    interface.get_memory = device_memory;
    interface.get_type = device_type;
    interface.get_props = device_properties;
    interface.init_backend = create;
    interface.get_buffer_type = device_buffers;
    interface.buffer_from_host_ptr = device_buffer;
    interface.supports_op = supports_op;
    interface.supports_buft = supports_buffer;
    return ggml_backend_device{interface, registry, nullptr};
  }();
  return &device;
}

void* registry_function(ggml_backend_reg_t, const char* name) {
  return std::strcmp(name, "ggml_backend_set_n_threads") == 0 ? reinterpret_cast<void*>(set_threads) : nullptr;
}

}  // namespace

void register_accelerator() {
  if (!kernels().panels && !kernels().integer) return;
  static ggml_backend_reg registry{GGML_BACKEND_API_VERSION, {registry_name, registry_count, registry_device, registry_function}, nullptr};
  ggml_backend_register(&registry);
}

}  // namespace repotune::inference
