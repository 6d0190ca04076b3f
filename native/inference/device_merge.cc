#include "inference/device_merge.h"

#include <ggml-alloc.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include "common/errors.h"

namespace repotune::inference {

namespace {

/** F32 bytes of the rows that are summed at once. */
constexpr int64_t kBytesAtOnce = 32 << 20;

}  // namespace

DeviceMerge::DeviceMerge(ggml_backend_dev_t device) : device_(device), backend_(ggml_backend_dev_init(device, nullptr)) {
  if (!backend_) throw DeviceError(format("The device %s cannot be started: choose the device cpu.", ggml_backend_dev_name(device)));
}

bool DeviceMerge::add(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out) {
  const int64_t at_once = std::max<int64_t>(1, kBytesAtOnce / static_cast<int64_t>(sizeof(float)) / change.in);
  // Drivers throw all sorts of exceptions when their device is lost.
  try {
    for (int64_t first = 0; first < change.out; first += at_once)
      if (!add_rows(from, weight, change, to, out, first, std::min(at_once, change.out - first))) return false;
  } catch (const std::exception& error) {
    throw DeviceError(format("%s failed while the adapter was merged: %s", ggml_backend_dev_name(device_), error.what()));
  }
  return true;
}

bool DeviceMerge::add_rows(ggml_type from, const void* weight, const LowRank& change, ggml_type to, void* out, int64_t first,
                           int64_t rows) {
  const auto& [in, all_rows, rank, a, b] = change;
  const ggml_context_ptr context(ggml_init({ggml_tensor_overhead() * 16 + ggml_graph_overhead(), nullptr, /*no_alloc=*/true}));
  ggml_context* c = context.get();
  ggml_tensor *packed = ggml_new_tensor_2d(c, from, in, rows), *numbers = ggml_new_tensor_1d(c, GGML_TYPE_I32, rows),
              *columns = ggml_new_tensor_2d(c, GGML_TYPE_F32, rank, in), *factors = ggml_new_tensor_2d(c, GGML_TYPE_F32, rank, rows),
              *sum = ggml_new_tensor_2d(c, to, in, rows);
  // Many devices hold the operands of a product in half precision, where values as small as B's may be lost.
  const auto magnitude = [](float x, float y) { return std::fabs(x) < std::fabs(y); };
  const auto from_b = b.begin() + first * rank, to_b = from_b + rows * rank;
  const float largest = std::fabs(*std::max_element(from_b, to_b, magnitude)), gain = largest > 0 ? largest : 1;
  ggml_tensor* unpacked = ggml_get_rows(c, packed, numbers);
  ggml_tensor* added = ggml_add(c, unpacked, ggml_scale(c, ggml_mul_mat(c, columns, factors), gain));
  ggml_cgraph* graph = ggml_new_graph(c);
  ggml_build_forward_expand(graph, ggml_cpy(c, added, sum));
  for (int i = 0; i < ggml_graph_n_nodes(graph); ++i)
    if (!ggml_backend_dev_supports_op(device_, ggml_graph_node(graph, i))) return false;
  const ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(c, backend_.get()));
  if (!buffer) return false;

  const size_t row_bytes = ggml_row_size(from, in);
  ggml_backend_tensor_set(packed, static_cast<const uint8_t*>(weight) + static_cast<size_t>(first) * row_bytes, 0, ggml_nbytes(packed));
  std::vector<int32_t> in_order(static_cast<size_t>(rows));
  std::iota(in_order.begin(), in_order.end(), 0);
  ggml_backend_tensor_set(numbers, in_order.data(), 0, ggml_nbytes(numbers));
  std::vector<float> values(static_cast<size_t>(in * rank));  // A transposed
  for (int64_t r = 0; r < rank; ++r)
    for (int64_t i = 0; i < in; ++i) values[static_cast<size_t>(i * rank + r)] = a[static_cast<size_t>(r * in + i)];
  ggml_backend_tensor_set(columns, values.data(), 0, ggml_nbytes(columns));
  values.assign(from_b, to_b);
  for (float& value : values) value /= gain;
  ggml_backend_tensor_set(factors, values.data(), 0, ggml_nbytes(factors));
  if (ggml_backend_graph_compute(backend_.get(), graph) != GGML_STATUS_SUCCESS)
    throw UserError(ErrorCode::device_failed, "it does not compute any more");
  ggml_backend_tensor_get(sum, static_cast<uint8_t*>(out) + static_cast<size_t>(first) * ggml_row_size(to, in), 0, ggml_nbytes(sum));
  return true;
}

}  // namespace repotune::inference
