#include "trainer/device/products.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <numeric>

#include "common/errors.h"
#include "common/quantize.h"

namespace repotune {

namespace {

/** Weight rows unpacked at a time: bounds the F32 copy of a head with a large vocabulary. */
constexpr int64_t kRowsTogether = 16384;
constexpr size_t kGraphBytes = 64 * 1024;
/** What the largest gradient of a row becomes, at most: 1/16 of the largest half, which leaves 2^-36 of it the smallest one. */
constexpr int kLargestExponent = 12;

ggml_context_ptr graph_context() { return ggml_context_ptr(ggml_init({kGraphBytes, nullptr, /*no_alloc*/ true})); }

}  // namespace

DeviceProducts::~DeviceProducts() = default;

template <typename Work>
void DeviceProducts::guarded(Work work) {
  try {
    work();
  } catch (const UserError&) {
    throw;
  } catch (const std::bad_alloc&) {  // of the host
    throw;
  } catch (const std::exception&) {  // Vulkan's, of a lost device: from copies to and fro as well as from products
    lost();
  }
}

void DeviceProducts::lost() {
  // Left to the end of the process: freeing them waits for the device once more, and ends the process when that fails.
  (void)allocator_.release();
  (void)buffer_.release();
  (void)backend_.release();
  throw DeviceError(format("%s failed during training: go on with the device cpu.", name_.c_str()));
}

// What is composed: get_rows unpacks any type to F32; the backward's transpose is a copy; both products are then mul_mat.
// A stock product with a packed weight would round activations to 8 bits, which gradients do not bear.
ggml_tensor* DeviceProducts::product(ggml_context* graph, const Resident& w, ggml_tensor* rows, ggml_tensor* input, bool backward) {
  ggml_tensor* f32 = ggml_get_rows(graph, w.tensor, rows);  // [n_in, count]
  if (backward) f32 = ggml_cont(graph, ggml_transpose(graph, f32));
  ggml_tensor* out = ggml_mul_mat(graph, f32, input);
  ggml_mul_mat_set_prec(out, GGML_PREC_F32);
  return out;
}

bool DeviceProducts::supports(const Weight& w, bool packed) {
  const ggml_context_ptr graph = graph_context();
  const int64_t count = std::min(w.n_out, kRowsTogether);
  const Resident resident{ggml_new_tensor_2d(graph.get(), packed ? w.type : GGML_TYPE_F16, w.n_in, w.n_out), packed};
  ggml_tensor* rows = ggml_new_tensor_1d(graph.get(), GGML_TYPE_I32, count);
  for (const bool backward : {false, true}) {
    ggml_tensor* input = ggml_new_tensor_2d(graph.get(), GGML_TYPE_F32, backward ? count : w.n_in, 64);
    ggml_tensor* out = product(graph.get(), resident, rows, input, backward);
    for (ggml_tensor* node = out; node && node != input; node = node->src[0]) {
      if (node->op != GGML_OP_NONE && !ggml_backend_dev_supports_op(device_, node)) return false;
    }
  }
  return true;
}

DeviceProducts::DeviceProducts(ggml_backend_dev_t device, const std::vector<Weight>& weights)
    : device_(device), name_(ggml_backend_dev_name(device)) {
  guarded([&] { take(weights); });
}

void DeviceProducts::take(const std::vector<Weight>& weights) {
  backend_.reset(ggml_backend_dev_init(device_, nullptr));
  if (!backend_) throw DeviceError(format("The device %s cannot be started: choose the device cpu.", name_.c_str()));
  context_.reset(ggml_init({ggml_tensor_overhead() * (weights.size() + 1), nullptr, true}));
  std::vector<std::pair<Weight, Resident>> order;
  size_t needed = 0;
  for (const Weight& w : weights) {
    if (residents_.count(w.data)) continue;  // a tied head
    const bool packed = supports(w, true);
    if (!packed && !supports(w, false))
      throw DeviceError(
          format("%s lacks an operation that training on %s weights needs: choose the device cpu.", name_.c_str(), ggml_type_name(w.type)));
    const Resident resident{ggml_new_tensor_2d(context_.get(), packed ? w.type : GGML_TYPE_F16, w.n_in, w.n_out), packed};
    residents_.emplace(w.data, resident);
    needed += ggml_nbytes(resident.tensor);
    order.push_back({w, resident});
  }
  // Some drivers promise more than there is, and fail, or swap, when it is written to. Both zero: the driver does not say.
  size_t free = 0, total = 0;
  ggml_backend_dev_memory(device_, &free, &total);
  if (total > 0 && free < needed) no_room();
  buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
  if (!buffer_) no_room();
  for (const auto& entry : order) renew(entry.first);
  allocator_.reset(ggml_gallocr_new(ggml_backend_get_default_buffer_type(backend_.get())));
}

void DeviceProducts::no_room() const {
  throw DeviceError(format("%s has no room for the model's weights: choose the device cpu, or a smaller model.", name_.c_str()));
}

void DeviceProducts::renew(const Weight& w) {
  const Resident& resident = residents_.at(w.data);
  const auto set = [&](const void* data) {
    guarded([&] { ggml_backend_tensor_set(resident.tensor, data, 0, ggml_nbytes(resident.tensor)); });
  };
  if (resident.packed) return set(w.data);
  Pool one(1);
  const AlignedBytes half = convert_weight(one, w.type, w.data, w.n_out, w.n_in, GGML_TYPE_F16);
  set(half.data());
}

void DeviceProducts::compute(const Weight& w, bool backward, int64_t from, int64_t count, const float* input, int64_t rows, float* out) {
  if (!backend_) lost();  // in an earlier call
  guarded([&] { product_of(w, backward, from, count, input, rows, out); });
}

void DeviceProducts::product_of(const Weight& w, bool backward, int64_t from, int64_t count, const float* input, int64_t rows, float* out) {
  const ggml_context_ptr graph = graph_context();
  const Resident& resident = residents_.at(w.data);
  ggml_tensor* indices = ggml_new_tensor_1d(graph.get(), GGML_TYPE_I32, count);
  ggml_tensor* in = ggml_new_tensor_2d(graph.get(), GGML_TYPE_F32, backward ? count : w.n_in, rows);
  ggml_set_input(indices);
  ggml_set_input(in);
  ggml_tensor* result = product(graph.get(), resident, indices, in, backward);
  ggml_set_output(result);
  ggml_cgraph* nodes = ggml_new_graph_custom(graph.get(), 16, false);
  ggml_build_forward_expand(nodes, result);
  if (!ggml_gallocr_alloc_graph(allocator_.get(), nodes))
    throw DeviceError(format("%s is out of memory: train with a smaller context, or on the cpu.", name_.c_str()));
  std::vector<int32_t> numbers((size_t)count);
  std::iota(numbers.begin(), numbers.end(), (int32_t)from);
  ggml_backend_tensor_set(indices, numbers.data(), 0, ggml_nbytes(indices));
  ggml_backend_tensor_set(in, backward ? scaled(input, rows, count) : input, 0, ggml_nbytes(in));
  if (ggml_backend_graph_compute(backend_.get(), nodes) != GGML_STATUS_SUCCESS) lost();
  ggml_backend_tensor_get(result, out, 0, ggml_nbytes(result));
  if (!backward) return;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < w.n_in; i++) out[r * w.n_in + i] /= scales_[(size_t)r];
}

// Vulkan and Metal store both operands of a product as half precision, whatever precision is asked for. The gradients of a step's logits
// are p / tokens: at a vocabulary of 152k and a thousand tokens most are below 1e-8, where half precision has nothing but zero.
const float* DeviceProducts::scaled(const float* gradients, int64_t rows, int64_t n) {
  scaled_.resize((size_t)(rows * n));
  scales_.resize((size_t)rows);
  for (int64_t r = 0; r < rows; r++) {
    const float* from = gradients + r * n;
    float most = 0;
    for (int64_t i = 0; i < n; i++) most = std::max(most, std::fabs(from[i]));
    int exponent = 0;
    std::frexp(most, &exponent);
    const float scale = most > 0 && std::isfinite(most) ? std::ldexp(1.0f, std::min(kLargestExponent - exponent, 120)) : 1.0f;
    scales_[(size_t)r] = scale;
    for (int64_t i = 0; i < n; i++) scaled_[(size_t)(r * n + i)] = from[i] * scale;
  }
  return scaled_.data();
}

void DeviceProducts::forward(const Weight& w, const float* x, int64_t rows, float* y) {
  if (w.n_out <= kRowsTogether) return compute(w, false, 0, w.n_out, x, rows, y);
  for (int64_t from = 0; from < w.n_out; from += kRowsTogether) {
    const int64_t count = std::min(kRowsTogether, w.n_out - from);
    partial_.resize((size_t)(count * rows));
    compute(w, false, from, count, x, rows, partial_.data());
    for (int64_t r = 0; r < rows; r++) memcpy(y + r * w.n_out + from, partial_.data() + r * count, sizeof(float) * (size_t)count);
  }
}

void DeviceProducts::backward(const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate) {
  const int64_t size = rows * w.n_in;
  if (w.n_out <= kRowsTogether && !accumulate) return compute(w, true, 0, w.n_out, dy, rows, dx);
  partial_.resize((size_t)size);
  for (int64_t from = 0; from < w.n_out; from += kRowsTogether) {
    const int64_t count = std::min(kRowsTogether, w.n_out - from);
    const float* part = dy;
    if (count < w.n_out) {
      staging_.resize((size_t)(count * rows));
      for (int64_t r = 0; r < rows; r++) memcpy(staging_.data() + r * count, dy + r * w.n_out + from, sizeof(float) * (size_t)count);
      part = staging_.data();
    }
    compute(w, true, from, count, part, rows, partial_.data());
    if (accumulate || from > 0) {
      for (int64_t i = 0; i < size; i++) dx[i] += partial_[(size_t)i];
    } else {
      memcpy(dx, partial_.data(), sizeof(float) * (size_t)size);
    }
  }
}

}  // namespace repotune
