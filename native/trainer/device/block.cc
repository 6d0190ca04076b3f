#include "trainer/device/block.h"

#include <initializer_list>

namespace repotune::device {

namespace {

/**
 * Gradients are divided so that this is their root mean square. One token of thousands may carry them all, the norms of weak activations
 * multiply them by thousands, and halves end at 65,504; what halves lose below 2^-24 is little beside it.
 */
constexpr float kGradientRms = 1.0f / 256;

/** Behind GELU hidden activations are divided by this: Gemma's post-norm lets them grow beyond what halves hold. */
constexpr float kHiddenGain = 64;

/** A gradient over a factor [1]. */
struct Divided {
  ggml_tensor *value, *by;
};

/** One of the linears that read the same x; `by`: what its gradient has been divided by besides the others', nullptr for nothing. */
struct LinearGradient {
  LinearId id;
  ggml_tensor* dy;
  ggml_tensor* by = nullptr;
};

class Builder {
 public:
  Builder(Graph& g, const BlockInput& b) : g_(g), c_(g.context()), b_(b), m_(b.model), t_(b.tensors), tokens_(b.x->ne[1]) {}

  void forward(ggml_tensor* y) {
    Activations s = before_down(true);
    ggml_tensor* down = linear(kDown, s.hidden);
    g_.add_into(ggml_add(c_, post(t_.ffn_post_norm, down), s.middle), y);
  }

  void backward(ggml_tensor* d, ggml_tensor* gain, const BlockGradients& gradients, bool input_needed) {
    gradients_ = &gradients;
    Activations s = before_down(false);
    const Divided whole = divided(d);
    ggml_tensor* dy = whole.value;
    g_.add(ggml_mul_inplace(c_, gain, whole.by));

    // Feed-forward. Through the residual, dy is also part of the gradient of `middle`.
    const Divided ddown = post_backward(t_.ffn_post_norm, [&] { return linear(kDown, s.hidden); }, dy);
    ggml_tensor* dhidden = linears_backward(s.hidden, {{kDown, ddown.value}}, ddown.by, true);
    const GluGradients glus = glu_backward(g_, m_.arch->gelu, s.gate, s.up, dhidden);
    ggml_tensor* dh = linears_backward(s.ffn_input, {{kGate, glus.gate}, {kUp, glus.up}}, ddown.by, true);
    ggml_tensor* dmiddle = g_.add(ggml_add(c_, dy, times(norm_backward(g_, s.middle, t_.ffn_norm, m_.rms_eps, dh), ddown.by)));

    // Attention.
    const Divided dout = t_.attn_post_norm ? post_backward(t_.attn_post_norm, [&] { return s.out; }, dmiddle) : divided(dmiddle);
    ggml_tensor* dattention = linears_backward(b_.attention_out, {{kO, dout.value}}, dout.by, true);
    const AttentionGradients heads = attention_backward(g_, b_.attention, s.q, s.k, s.v, by_heads(dattention, m_.n_head));
    const Divided dq = before_rope(t_.q_norm, s.q_raw, heads.q), dk = before_rope(t_.k_norm, s.k_raw, heads.k);
    ggml_tensor* dx = linears_backward(s.attention_input, {{kQ, flat(dq.value), dq.by}, {kK, flat(dk.value), dk.by}, {kV, flat(heads.v)}},
                                       dout.by, input_needed);
    if (!input_needed) return;
    g_.add_into(ggml_add(c_, dmiddle, times(norm_backward(g_, b_.x, t_.attn_norm, m_.rms_eps, dx), dout.by)), d);
  }

 private:
  struct Activations {
    ggml_tensor *attention_input, *q_raw, *k_raw, *q, *k, *v, *out, *middle, *ffn_input, *gate, *up, *hidden;
  };

  //   h  = norm(x)
  //   m  = x + post(o(attention(rope(norm(q(h))), rope(norm(k(h))), v(h))))
  //   y  = m + post(down(act(gate(norm(m))) * up(norm(m))))
  // where the head norms and post-norms depend on the architecture: here everything before `down`.
  Activations before_down(bool forward) {
    Activations s{};
    // Where the forward kept an activation, the backward takes it, and computes nothing that only that one needs.
    const auto kept = [&](ggml_tensor* place, auto compute) {
      if (!place) return compute();
      return forward ? g_.add_into(compute(), place) : place;
    };
    const auto kept_linear = [&](ggml_tensor* place, LinearId id, ggml_tensor* x) { return kept(place, [&] { return linear(id, x); }); };
    s.attention_input = norm(g_, b_.x, t_.attn_norm, m_.rms_eps);
    s.q_raw = by_heads(kept_linear(b_.kept.q, kQ, s.attention_input), m_.n_head);
    s.k_raw = by_heads(kept_linear(b_.kept.k, kK, s.attention_input), m_.n_head_kv);
    s.v = by_heads(kept_linear(b_.kept.v, kV, s.attention_input), m_.n_head_kv);
    s.q = rope(m_.arch->qk_norm ? norm(g_, s.q_raw, t_.q_norm, m_.rms_eps) : s.q_raw, false);
    s.k = rope(m_.arch->qk_norm ? norm(g_, s.k_raw, t_.k_norm, m_.rms_eps) : s.k_raw, false);
    if (forward) attention_forward(g_, b_.attention, s.q, s.k, s.v, by_heads(b_.attention_out, m_.n_head));
    s.out = linear(kO, b_.attention_out);
    // In this order CUDA computes it in one pass with the sum before it, the adapter's: so for all sums of sums here.
    s.middle = kept(b_.kept.middle, [&] { return ggml_add(c_, post(t_.attn_post_norm, s.out), b_.x); });
    s.ffn_input = norm(g_, s.middle, t_.ffn_norm, m_.rms_eps);
    // Both have columns, or neither: they have the same shape.
    ggml_tensor* wide = b_.weights[kGate].more_inputs > 0 ? with_lows(s.ffn_input) : nullptr;
    const auto of_ffn = [&](LinearId id) { return wide ? biased(id, through(g_, b_.weights[id], wide)) : linear(id, s.ffn_input); };
    s.gate = kept(b_.kept.gate, [&] { return of_ffn(kGate); });
    s.up = kept(b_.kept.up, [&] { return of_ffn(kUp); });
    s.hidden = times(glu(g_, m_.arch->gelu, s.gate, s.up), 1 / gain_of(kDown));
    return s;
  }

  ggml_tensor* by_heads(ggml_tensor* x, int64_t heads) { return ggml_reshape_3d(c_, x, m_.head_dim, heads, tokens_); }
  ggml_tensor* flat(ggml_tensor* x) { return ggml_reshape_2d(c_, x, x->ne[0] * x->ne[1], tokens_); }
  ggml_tensor* post(ggml_tensor* weight, ggml_tensor* x) { return weight ? norm(g_, x, weight, m_.rms_eps) : x; }
  Divided divided(ggml_tensor* x) {
    ggml_tensor* by = ggml_scale(c_, root_mean_square(g_, x), 1 / kGradientRms);
    return {g_.add(ggml_div(c_, x, by)), by};
  }
  ggml_tensor* times(ggml_tensor* x, ggml_tensor* factor) { return factor ? ggml_mul(c_, x, factor) : x; }
  template <typename Input>
  Divided post_backward(ggml_tensor* weight, Input input, ggml_tensor* dy) {
    if (!weight) return {dy, nullptr};
    return divided(norm_backward(g_, input(), weight, m_.rms_eps, dy));
  }
  /** The gradient of queries or keys as the linear left them. */
  Divided before_rope(ggml_tensor* weight, ggml_tensor* raw, ggml_tensor* dy) {
    ggml_tensor* turned = rope(dy, true);
    if (!m_.arch->qk_norm) return {turned, nullptr};
    return divided(norm_backward(g_, raw, weight, m_.rms_eps, turned));
  }

  ggml_tensor* rope(ggml_tensor* x, bool backward) {
    const RopeTable& table = *b_.layer.rope;
    const RopeScaling& s = table.scaling;
    const auto rotate = backward ? ggml_rope_ext_back : ggml_rope_ext;
    return rotate(c_, x, b_.positions, b_.rope_factors, (int)table.n_rot, table.neox ? GGML_ROPE_TYPE_NEOX : GGML_ROPE_TYPE_NORMAL,
                  (int)s.original_context, s.base, s.scale, s.yarn ? 1.0f : 0.0f, s.attention_factor, s.beta_fast, s.beta_slow);
  }

  /** What the input of a linear has been divided by. */
  float gain_of(LinearId id) const { return id == kDown && m_.arch->gelu ? kHiddenGain : 1; }
  ggml_tensor* times(ggml_tensor* x, float factor) { return factor == 1 ? x : ggml_scale(c_, x, factor); }

  /** x A^T, scaled so that its product with B is the adapter's contribution. */
  ggml_tensor* low(LinearId id, ggml_tensor* x) {
    return ggml_scale(c_, product(g_, t_.a[id], x), gain_of(id) * b_.adapter_scale / kAdapterGain);
  }

  /** What gate's and up's weights read if they have columns. */
  ggml_tensor* with_lows(ggml_tensor* x) { return ggml_concat(c_, x, ggml_concat(c_, low(kGate, x), low(kUp, x), 0), 0); }

  ggml_tensor* linear(LinearId id, ggml_tensor* x) {
    ggml_tensor* y = times(through(g_, b_.weights[id], x), gain_of(id));
    if (t_.a[id]) y = ggml_add(c_, y, product(g_, t_.b[id], low(id, x)));
    return biased(id, y);
  }
  ggml_tensor* biased(LinearId id, ggml_tensor* y) { return t_.bias[id] ? ggml_add(c_, y, t_.bias[id]) : y; }

  /**
   * Writes the adapter's gradients to their places; returns the gradient of x if needed. All gradients here, and the one returned, have
   * been divided by `by`, nullptr for nothing: only those of the adapter are multiplied by it again.
   */
  ggml_tensor* linears_backward(ggml_tensor* x, std::initializer_list<LinearGradient> linears, ggml_tensor* by, bool input_needed) {
    ggml_tensor* dx = nullptr;
    for (const LinearGradient& linear : linears) {
      const LinearId id = linear.id;
      ggml_tensor *b = t_.b[id], *dy = linear.dy;
      ggml_tensor* factor = by && linear.by ? ggml_mul(c_, by, linear.by) : by ? by : linear.by;
      ggml_tensor* du = ggml_scale(c_, product(g_, transposed(g_, b), dy), b_.adapter_scale);
      g_.add_into(times(outer_product(g_, low(id, x), dy), factor), gradients_->b[id]);
      g_.add_into(times(times(outer_product(g_, x, du), gain_of(id)), factor), gradients_->a[id]);
      if (!input_needed) continue;
      ggml_tensor* share = times(back(id, dy, du), linear.by);
      dx = g_.add(dx ? ggml_add(c_, share, dx) : share);
    }
    return dx;
  }

  /** The gradient of a linear's input, through the weight and through A. */
  ggml_tensor* back(LinearId id, ggml_tensor* dy, ggml_tensor* du) {
    const Unpacked& w = b_.weights[id];
    if (w.more_outputs > 0) return back_through(g_, w, ggml_concat(c_, dy, du, 0));
    ggml_tensor* through_adapter = product(g_, transposed(g_, ggml_scale(c_, t_.a[id], 1 / kAdapterGain)), du);
    return ggml_add(c_, back_through(g_, w, dy), through_adapter);
  }

  Graph& g_;
  ggml_context* c_;
  const BlockInput& b_;
  const TrainerModel& m_;
  const LayerTensors& t_;
  int64_t tokens_;
  const BlockGradients* gradients_ = nullptr;
};

}  // namespace

void block_forward(Graph& g, const BlockInput& block, ggml_tensor* y) { Builder(g, block).forward(y); }

void block_backward(Graph& g, const BlockInput& block, ggml_tensor* d, ggml_tensor* gain, const BlockGradients& gradients,
                    bool input_needed) {
  Builder(g, block).backward(d, gain, gradients, input_needed);
}

}  // namespace repotune::device
