#include "trainer/cpu/block.h"

#include "common/errors.h"
#include "kernels/elementwise.h"
#include "trainer/cpu/rope.h"

namespace repotune {

namespace {

void check_cancelled(const BlockPass& p) {
  if (p.cancel.load(std::memory_order_relaxed)) throw Cancelled();
}

/** fn(begin, end) over all tokens, split between the threads. */
template <typename Fn>
void over_tokens(const BlockPass& p, Fn fn) {
  over(p.lora.pool, p.batch.tokens, fn);
}

/** RMSNorm of rows of n, `per_token` of them per token. */
void norm(const BlockPass& p, const std::vector<float>& w, int64_t per_token, const float* x, float* y) {
  const int64_t n = (int64_t)w.size(), stride = per_token * n;
  over_tokens(p, [&](int64_t begin, int64_t end) {
    rms_norm(x + begin * stride, w.data(), p.model.rms_eps, (end - begin) * per_token, n, y + begin * stride);
  });
}
void norm_backward(const BlockPass& p, const std::vector<float>& w, int64_t per_token, const float* x, const float* dy, float* dx,
                   bool accumulate) {
  const int64_t n = (int64_t)w.size(), stride = per_token * n;
  over_tokens(p, [&](int64_t begin, int64_t end) {
    rms_norm_backward(x + begin * stride, w.data(), p.model.rms_eps, dy + begin * stride, (end - begin) * per_token, n, dx + begin * stride,
                      accumulate);
  });
}

void rope(const BlockPass& p, const Layer& layer, float* q, float* k, bool inverse) {
  const auto& m = p.model;
  over_tokens(p, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; t++) {
      rope_row(*layer.rope, q + t * m.n_head * m.head_dim, m.n_head, m.head_dim, p.batch.positions[(size_t)t], inverse);
      rope_row(*layer.rope, k + t * m.n_head_kv * m.head_dim, m.n_head_kv, m.head_dim, p.batch.positions[(size_t)t], inverse);
    }
  });
}

AttentionShape attention_shape(const BlockPass& p, const Layer& layer) {
  return {p.model.n_head, p.model.n_head_kv, p.model.head_dim, p.model.attention_scale, layer.window};
}

/** y = a + b over [tokens, n_embd] */
void add(const BlockPass& p, const float* a, const float* b, float* y) {
  const int64_t n = p.model.n_embd;
  over_tokens(p, [&](int64_t begin, int64_t end) { add_rows(a + begin * n, b + begin * n, (end - begin) * n, y + begin * n); });
}

/** A linear of the block, for linears_forward and for the backward. */
LinearForward forward_of(const BlockPass& p, const Layer& layer, LinearId id, Activations& s, float* y) {
  return {layer.linear[id], y, s.u[id].need(p.batch.tokens * p.lora.rank)};
}
LinearBackward backward_of(const Layer& layer, LinearId id, const Activations& s, const float* dy) {
  return {layer.linear[id], dy, s.u[id].data()};
}

void forward_linears(const BlockPass& p, const float* x, LinearsForward linears) {
  check_cancelled(p);
  linears_forward(p.lora, x, p.batch.tokens, linears);
}
void backward_linears(const BlockPass& p, const float* x, LinearsBackward linears, float* dx) {
  check_cancelled(p);
  linears_backward_input(p.lora, p.batch.tokens, linears, dx, false);
  check_cancelled(p);
  linears_backward_weights(p.lora, x, p.batch.tokens, linears);
}

}  // namespace

//   h  = norm(x)
//   m  = x + post(o(attention(rope(norm(q(h))), rope(norm(k(h))), v(h))))
//   y  = m + post(down(act(gate(norm(m))) * up(norm(m))))
// where the head norms and post-norms depend on the architecture.
void block_forward(const BlockPass& p, const Layer& layer, const float* x, Activations& s, float* y, bool attention_kept) {
  const auto& m = p.model;
  const int64_t T = p.batch.tokens, d = m.n_embd, dq = m.n_head * m.head_dim, dkv = m.n_head_kv * m.head_dim;
  const bool post = m.arch->post_norms, qk_norm = m.arch->qk_norm;

  float* h = p.scratch.norm.need(T * d);
  float *q = s.q.need(T * dq), *k = s.k.need(T * dkv), *v = s.v.need(T * dkv);
  float *q_raw = qk_norm ? s.q_raw.need(T * dq) : q, *k_raw = qk_norm ? s.k_raw.need(T * dkv) : k;
  norm(p, layer.attn_norm, 1, x, h);
  forward_linears(p, h, {forward_of(p, layer, kQ, s, q_raw), forward_of(p, layer, kK, s, k_raw), forward_of(p, layer, kV, s, v)});
  if (qk_norm) {
    norm(p, layer.q_norm, m.n_head, q_raw, q);
    norm(p, layer.k_norm, m.n_head_kv, k_raw, k);
  }
  rope(p, layer, q, k, false);
  check_cancelled(p);
  float* attention = s.attention.need(T * dq);
  if (!attention_kept)
    attention_forward(p.lora.pool, attention_shape(p, layer), p.batch.segments, q, k, v, attention, s.lse.need(T * m.n_head),
                      p.scratch.attention);

  float* o = post ? s.attention_out.need(T * d) : p.scratch.out.need(T * d);
  float* middle = s.middle.need(T * d);
  forward_linears(p, attention, {forward_of(p, layer, kO, s, o)});
  if (post) norm(p, layer.attn_post_norm, 1, o, h);
  add(p, x, post ? h : o, middle);

  float *gate = s.gate.need(T * m.n_ff), *up = s.up.need(T * m.n_ff), *hidden = p.scratch.hidden.need(T * m.n_ff);
  norm(p, layer.ffn_norm, 1, middle, h);
  forward_linears(p, h, {forward_of(p, layer, kGate, s, gate), forward_of(p, layer, kUp, s, up)});
  over_tokens(p, [&](int64_t begin, int64_t end) {
    glu(m.arch->gelu, gate + begin * m.n_ff, up + begin * m.n_ff, (end - begin) * m.n_ff, hidden + begin * m.n_ff);
  });
  if (!y && !post) {  // without a post-norm the backward never sees the down projection's output
    forward_linears(p, hidden, {forward_of(p, layer, kDown, s, nullptr)});
    return;
  }
  float* down = post ? s.ffn_out.need(T * d) : p.scratch.out.need(T * d);
  forward_linears(p, hidden, {forward_of(p, layer, kDown, s, down)});
  if (!y) return;
  if (post) norm(p, layer.ffn_post_norm, 1, down, h);
  add(p, middle, post ? h : down, y);
}

void block_backward(const BlockPass& p, const Layer& layer, const float* x, Activations& s, float* d, bool input_needed) {
  const auto& m = p.model;
  const int64_t T = p.batch.tokens, n = m.n_embd, dq = m.n_head * m.head_dim, dkv = m.n_head_kv * m.head_dim;
  const bool post = m.arch->post_norms, qk_norm = m.arch->qk_norm;
  float *h = p.scratch.norm.need(T * n), *dh = p.scratch.dnorm.need(T * n), *dout = p.scratch.out.need(T * n);

  // Feed-forward: d is the gradient of y and, through the residual, also part of the gradient of `middle`.
  const float* ddown = d;
  if (post) {
    norm_backward(p, layer.ffn_post_norm, 1, s.ffn_out.data(), d, dout, false);
    ddown = dout;
  }
  float *hidden = p.scratch.hidden.need(T * m.n_ff), *gate = s.gate.data(), *up = s.up.data();
  check_cancelled(p);
  linears_backward_input(p.lora, T, {backward_of(layer, kDown, s, ddown)}, hidden, false);
  over_tokens(p, [&](int64_t begin, int64_t end) {  // hidden, gate, up: in place as glu_backward says
    glu_backward(m.arch->gelu, hidden + begin * m.n_ff, gate + begin * m.n_ff, up + begin * m.n_ff, (end - begin) * m.n_ff);
  });
  linears_backward_weights(p.lora, hidden, T, {backward_of(layer, kDown, s, ddown)});
  norm(p, layer.ffn_norm, 1, s.middle.data(), h);
  backward_linears(p, h, {backward_of(layer, kGate, s, gate), backward_of(layer, kUp, s, up)}, dh);
  norm_backward(p, layer.ffn_norm, 1, s.middle.data(), dh, d, true);

  // Attention: d is now the full gradient of `middle`.
  const float* dattention_out = d;
  if (post) {
    norm_backward(p, layer.attn_post_norm, 1, s.attention_out.data(), d, dout, false);
    dattention_out = dout;
  }
  float* dattention = p.scratch.dattention.need(T * dq);
  backward_linears(p, s.attention.data(), {backward_of(layer, kO, s, dattention_out)}, dattention);
  float *gq = p.scratch.dq.need(T * dq), *gk = p.scratch.dk.need(T * dkv), *gv = p.scratch.dv.need(T * dkv);
  check_cancelled(p);
  attention_backward(p.lora.pool, attention_shape(p, layer), p.batch.segments, T, s.q.data(), s.k.data(), s.v.data(), s.attention.data(),
                     s.lse.data(), dattention, gq, gk, gv, p.scratch.attention);
  rope(p, layer, gq, gk, true);
  if (qk_norm) {
    norm_backward(p, layer.q_norm, m.n_head, s.q_raw.data(), gq, gq, false);
    norm_backward(p, layer.k_norm, m.n_head_kv, s.k_raw.data(), gk, gk, false);
  }
  norm(p, layer.attn_norm, 1, x, h);
  backward_linears(p, h, {backward_of(layer, kQ, s, gq), backward_of(layer, kK, s, gk), backward_of(layer, kV, s, gv)},
                   input_needed ? dh : nullptr);
  if (input_needed) norm_backward(p, layer.attn_norm, 1, x, dh, d, true);
}

}  // namespace repotune
