#include "trainer/device/ops.h"

#include <ggml-backend.h>

namespace repotune::device {

namespace {

constexpr size_t kMostNodes = 16384;

constexpr float kGeluScale = 0.79788456080286535588f;  // sqrt(2 / pi)
constexpr float kGeluCubic = 0.044715f;

/** gelu(x) = x * sigmoid(2 t), with 2 t = 2 sqrt(2 / pi) (x + c x^3): ggml's own operation uses a lookup table of halves on the CPU. */
struct Gelu {
  ggml_tensor *square, *gate, *value;
};
Gelu gelu_of(Graph& g, ggml_tensor* x) {
  ggml_context* c = g.context();
  ggml_tensor* square = ggml_sqr(c, x);
  ggml_tensor* argument = ggml_mul(c, ggml_scale_bias(c, square, 2 * kGeluScale * kGeluCubic, 2 * kGeluScale), x);
  ggml_tensor* gate = ggml_sigmoid(c, argument);
  return {square, gate, ggml_mul(c, x, gate)};
}

}  // namespace

Graph::Graph(const OpSet& ops)
    : ops_(ops),
      context_(ggml_init({ggml_tensor_overhead() * 2 * kMostNodes + ggml_graph_overhead_custom(kMostNodes, false), nullptr, true})),
      nodes_(ggml_new_graph_custom(context_.get(), kMostNodes, false)) {}

ggml_tensor* Graph::add_into(ggml_tensor* node, ggml_tensor* to) {
  // The graph allocator leaves placed tensors where they are. In a plan no tensor has a buffer, and tensors are only marked as placed.
  ggml_backend_buffer_t buffer = to->view_src ? to->view_src->buffer : to->buffer;
  if (buffer) {
    ggml_backend_tensor_alloc(buffer, node, to->data);
  } else {
    node->data = to->data;
  }
  return add(node);
}

ggml_tensor* Graph::add_output(ggml_tensor* node) {
  ggml_set_output(node);
  return add(node);
}

ggml_tensor* Graph::transposed_once(ggml_tensor* x) {
  ggml_tensor*& copy = transposed_[x];
  if (!copy) copy = transposed(*this, x);
  return copy;
}

ggml_tensor* product(Graph& g, ggml_tensor* a, ggml_tensor* b) {
  if (g.ops().halves) {
    const auto rounded = [&](ggml_tensor* x) { return ggml_cast(g.context(), ggml_cast(g.context(), x, GGML_TYPE_F16), GGML_TYPE_F32); };
    a = rounded(a);
    b = rounded(b);
  }
  ggml_tensor* out = ggml_mul_mat(g.context(), a, b);
  // Asked for F32, CUDA converts weights in BF16 to it for each product, and multiplies at half the speed: sums are in F32 either way.
  if (a->type != GGML_TYPE_BF16) ggml_mul_mat_set_prec(out, GGML_PREC_F32);
  return out;
}

ggml_tensor* outer_product(Graph& g, ggml_tensor* a, ggml_tensor* b) {
  if (g.ops().outer_product) return ggml_out_prod(g.context(), a, b);
  return product(g, g.transposed_once(a), g.transposed_once(b));
}

ggml_tensor* transposed(Graph& g, ggml_tensor* x) { return ggml_cont(g.context(), ggml_transpose(g.context(), x)); }

ggml_tensor* norm(Graph& g, ggml_tensor* x, ggml_tensor* w, float eps) {
  return ggml_mul(g.context(), ggml_rms_norm(g.context(), x, eps), w);
}

// With r = rms(x) and h = dy * w:  dx = (h - x/r * mean(h * x/r)) / r.
ggml_tensor* norm_backward(Graph& g, ggml_tensor* x, ggml_tensor* w, float eps, ggml_tensor* dy) {
  ggml_context* c = g.context();
  ggml_tensor* h = ggml_mul(c, dy, w);
  if (g.ops().rms_norm_back) return ggml_rms_norm_back(c, h, x, eps);  // the gradient comes first, whatever the header says
  const float share = 1.0f / (float)x->ne[0];
  ggml_tensor* r = ggml_sqrt(c, ggml_scale_bias(c, ggml_sum_rows(c, ggml_sqr(c, x)), share, eps));
  ggml_tensor* normed = ggml_div(c, x, r);
  ggml_tensor* pull = ggml_scale(c, ggml_sum_rows(c, ggml_mul(c, h, normed)), share);
  return ggml_div(c, ggml_sub(c, h, ggml_mul(c, normed, pull)), r);
}

ggml_tensor* glu(Graph& g, bool gelu, ggml_tensor* gate, ggml_tensor* up) {
  return gelu ? ggml_mul(g.context(), gelu_of(g, gate).value, up) : ggml_swiglu_split(g.context(), gate, up);
}

GluGradients glu_backward(Graph& g, bool gelu, ggml_tensor* gate, ggml_tensor* up, ggml_tensor* dy) {
  ggml_context* c = g.context();
  ggml_tensor* dact = ggml_mul(c, dy, up);
  if (!gelu) return {ggml_silu_back(c, dact, gate), ggml_swiglu_split(c, gate, dy)};
  // gelu'(x) = s + x s (1 - s) (2 t)', with s = sigmoid(2 t)
  const Gelu act = gelu_of(g, gate);
  ggml_tensor* slope = ggml_scale_bias(c, act.square, 6 * kGeluScale * kGeluCubic, 2 * kGeluScale);
  ggml_tensor* rest = ggml_mul(c, ggml_mul(c, act.value, ggml_scale_bias(c, act.gate, -1, 1)), slope);
  return {ggml_mul(c, dact, ggml_add(c, act.gate, rest)), ggml_mul(c, dy, act.value)};
}

ggml_tensor* soft_max_backward(Graph& g, ggml_tensor* p, ggml_tensor* dp, float scale) {
  ggml_context* c = g.context();
  if (g.ops().soft_max_back) return ggml_soft_max_ext_back(c, dp, p, scale, 0);
  ggml_tensor* pull = ggml_sum_rows(c, ggml_mul(c, p, dp));
  return ggml_scale(c, ggml_mul(c, p, ggml_sub(c, dp, pull)), scale);
}

ggml_tensor* softcap(Graph& g, ggml_tensor* z, float cap) {
  ggml_context* c = g.context();
  return ggml_scale(c, ggml_tanh(c, ggml_scale(c, z, 1 / cap)), cap);
}

ggml_tensor* softcap_backward(Graph& g, ggml_tensor* capped, float cap, ggml_tensor* dy) {
  ggml_context* c = g.context();
  return ggml_mul(c, dy, ggml_scale_bias(c, ggml_sqr(c, capped), -1 / (cap * cap), 1));
}

ggml_tensor* root_mean_square(Graph& g, ggml_tensor* x) {
  ggml_context* c = g.context();
  constexpr float kTiny = 1e-30f;
  ggml_tensor* rows = ggml_sum_rows(c, ggml_sqr(c, x));
  ggml_tensor* all = ggml_sum_rows(c, ggml_reshape_1d(c, rows, ggml_nelements(rows)));
  return ggml_sqrt(c, ggml_scale_bias(c, all, 1.0f / (float)ggml_nelements(x), kTiny));
}

}  // namespace repotune::device
