#pragma once
// Products with the frozen weights on a GPU: the weights stay there in their own type and are unpacked there; activations
// travel. What trains (adapter, attention, norms, optimizer) stays on the CPU, where its memory is.
#include <ggml-cpp.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "kernels/matmul.h"

namespace repotune {

class DeviceProducts {
 public:
  /** Takes copies of `weights` to the device. Throws DeviceError when it has no room, or lacks an operation even composed. */
  DeviceProducts(ggml_backend_dev_t device, const std::vector<Weight>& weights);
  ~DeviceProducts();

  const std::string& name() const { return name_; }

  /** Takes a weight over again whose bytes changed. Throws DeviceError when the device is lost. */
  void renew(const Weight& w);

  /** As matmul_forward and matmul_backward. Throw DeviceError when the device is lost. */
  void forward(const Weight& w, const float* x, int64_t rows, float* y);
  void backward(const Weight& w, const float* dy, int64_t rows, float* dx, bool accumulate);

 private:
  struct Resident {
    ggml_tensor* tensor;
    /** False: the device cannot unpack this type, so it was unpacked on the host, to F16. */
    bool packed;
  };

  void take(const std::vector<Weight>& weights);
  /** What the device's library throws meanwhile becomes DeviceError. */
  template <typename Work>
  void guarded(Work work);
  [[noreturn]] void lost();
  [[noreturn]] void no_room() const;
  bool supports(const Weight& w, bool packed);
  /** The product with the weight's `rows` in the graph under construction. */
  static ggml_tensor* product(ggml_context* graph, const Resident& w, ggml_tensor* rows, ggml_tensor* input, bool backward);
  /** input [count or n_in, rows] -> out, for weight rows [from, from + count). */
  void compute(const Weight& w, bool backward, int64_t from, int64_t count, const float* input, int64_t rows, float* out);
  void product_of(const Weight& w, bool backward, int64_t from, int64_t count, const float* input, int64_t rows, float* out);
  /** Gradients [rows, n] by powers of two, into `scaled_` and `scales_`: each row's largest in the middle of what half precision holds. */
  const float* scaled(const float* gradients, int64_t rows, int64_t n);

  ggml_backend_ptr backend_;
  ggml_backend_dev_t device_;
  std::string name_;
  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  ggml_gallocr_ptr allocator_;
  std::unordered_map<const void*, Resident> residents_;
  std::vector<float> staging_, partial_, scaled_, scales_;
};

/** The product on the device where there is one, else by the CPU kernels. */
inline void product_forward(Pool& pool, DeviceProducts* device, const Weight& w, const float* x, int64_t rows, float* y) {
  device ? device->forward(w, x, rows, y) : matmul_forward(pool, w, x, rows, y);
}
inline void product_backward(Pool& pool, DeviceProducts* device, const Weight& w, const float* dy, int64_t rows, float* dx,
                             bool accumulate) {
  device ? device->backward(w, dy, rows, dx, accumulate) : matmul_backward(pool, w, dy, rows, dx, accumulate);
}

}  // namespace repotune
