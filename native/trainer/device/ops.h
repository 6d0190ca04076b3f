#pragma once
// A ggml graph under construction, and the composed operations of a training step, each forward with its backward. Uses operations and
// layouts that CUDA, Vulkan and Metal all support; others only if the device has them.
#include <ggml-cpp.h>

#include <cstdint>
#include <unordered_map>

namespace repotune::device {

/** Operations that not every backend has; each has a composed form. */
struct OpSet {
  bool rms_norm_back = false;
  bool soft_max_back = false;
  /** Without it, both operands are transposed first. */
  bool outer_product = false;
  /** Rounds the operands of products to half precision, as Vulkan and Metal do: for trying that where the backend does not. */
  bool halves = false;
};

class Graph {
 public:
  explicit Graph(const OpSet& ops);

  ggml_context* context() const { return context_.get(); }
  ggml_cgraph* nodes() const { return nodes_; }
  const OpSet& ops() const { return ops_; }

  /** Appends `node`, and what it needs, after everything added before. Returns it. */
  ggml_tensor* add(ggml_tensor* node) {
    ggml_build_forward_expand(nodes_, node);
    return node;
  }
  /** Computes `node`, whose operation normally writes a tensor of its own, directly into `to`'s device memory. */
  ggml_tensor* add_into(ggml_tensor* node, ggml_tensor* to);
  /** Keeps `node` from being overwritten before the host has read it. */
  ggml_tensor* add_output(ggml_tensor* node);
  /** [a, b, c] -> [b, a, c], contiguous; one copy however often it is asked for. */
  ggml_tensor* transposed_once(ggml_tensor* x);

 private:
  OpSet ops_;
  std::unordered_map<ggml_tensor*, ggml_tensor*> transposed_;
  ggml_context_ptr context_;
  ggml_cgraph* nodes_;
};

// Shapes are ggml's, the fastest dimension first; n is a row's width. All are F32 unless stated otherwise.

/**
 * [k, m] and [k, n] -> [m, n], batched over the third dimension, accumulated in F32. With `a` in BF16, backends may hold `b` in it too, as
 * training in that type does elsewhere.
 */
ggml_tensor* product(Graph& g, ggml_tensor* a, ggml_tensor* b);
/** [m, k] and [n, k] -> [m, n]: as `product`, summed over the second dimension. */
ggml_tensor* outer_product(Graph& g, ggml_tensor* a, ggml_tensor* b);
/** [a, b, c] -> [b, a, c], contiguous. */
ggml_tensor* transposed(Graph& g, ggml_tensor* x);
/** y = x / rms(x) * w. x: [n, …]; w: [n] */
ggml_tensor* norm(Graph& g, ggml_tensor* x, ggml_tensor* w, float eps);
/** The gradient of `norm` at x. */
ggml_tensor* norm_backward(Graph& g, ggml_tensor* x, ggml_tensor* w, float eps, ggml_tensor* dy);

/** act(gate) * up; act is SiLU, or GELU in its tanh form. */
ggml_tensor* glu(Graph& g, bool gelu, ggml_tensor* gate, ggml_tensor* up);
struct GluGradients {
  ggml_tensor *gate, *up;
};
GluGradients glu_backward(Graph& g, bool gelu, ggml_tensor* gate, ggml_tensor* up, ggml_tensor* dy);

/** The gradient of soft_max(scale * s) at the probabilities p. */
ggml_tensor* soft_max_backward(Graph& g, ggml_tensor* p, ggml_tensor* dp, float scale);
/** z = cap * tanh(z / cap), and its gradient computed from the result. */
ggml_tensor* softcap(Graph& g, ggml_tensor* z, float cap);
ggml_tensor* softcap_backward(Graph& g, ggml_tensor* capped, float cap, ggml_tensor* dy);
/** The root mean square over all of x: [1]. Never exactly zero. */
ggml_tensor* root_mean_square(Graph& g, ggml_tensor* x);

}  // namespace repotune::device
