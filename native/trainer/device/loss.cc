#include "trainer/device/loss.h"

#include <cfloat>

namespace repotune::device {

namespace {

/** A label's probability is clamped to this, a loss of 87: softmax in F32 yields nothing smaller. */
constexpr float kLeastProbability = FLT_MIN;

}  // namespace

ggml_tensor* head_logits(Graph& g, const LossInput& in, ggml_tensor* hidden_rows) {
  ggml_tensor* z = through(g, in.head, norm(g, hidden_rows, in.output_norm, in.model.rms_eps));
  return in.model.logit_softcap > 0 ? softcap(g, z, in.model.logit_softcap) : z;
}

void cross_entropy(Graph& g, const LossInput& in, const LossChunk& chunk, ggml_tensor* sum, ggml_tensor* d) {
  ggml_context* c = g.context();
  const int64_t count = chunk.rows->ne[0], n_vocab = in.model.n_vocab;
  ggml_tensor* hidden = ggml_get_rows(c, in.hidden, chunk.rows);
  ggml_tensor* z = head_logits(g, in, hidden);
  ggml_tensor* p = ggml_reshape_2d(c, ggml_soft_max(c, z), 1, n_vocab * count);
  ggml_tensor* label = ggml_get_rows(c, p, chunk.labels);  // [1, count]
  // Clamping would turn a NaN into a number and hide it, so 0 * NaN is added.
  ggml_tensor* logs = ggml_add(c, ggml_log(c, ggml_clamp(c, label, kLeastProbability, 1)), ggml_scale(c, label, 0));
  ggml_tensor* losses = ggml_mul(c, logs, chunk.weights);
  g.add_into(ggml_scale(c, ggml_sum_rows(c, ggml_reshape_1d(c, losses, count)), -1), sum);
  if (!d) return;

  // p - onehot(label), in place of p.
  ggml_tensor* dz = ggml_set_rows(c, p, ggml_scale_bias(c, label, 1, -1), chunk.labels);
  dz = ggml_reshape_2d(c, dz, n_vocab, count);
  // Where the product keeps more than halves, the narrower of its two sides is multiplied.
  const bool halves = g.ops().halves || in.head.backward[0]->type == GGML_TYPE_F16;
  if (halves) dz = ggml_scale_inplace(c, dz, kLogitGain);
  if (in.model.logit_softcap > 0) dz = softcap_backward(g, z, in.model.logit_softcap, dz);
  ggml_tensor* weights = halves ? chunk.weights : ggml_scale(c, chunk.weights, kLogitGain);
  ggml_tensor* dnormed = ggml_mul(c, back_through(g, in.head, dz), weights);
  g.add(ggml_set_rows(c, d, norm_backward(g, hidden, in.output_norm, in.model.rms_eps, dnormed), chunk.rows));
}

}  // namespace repotune::device
