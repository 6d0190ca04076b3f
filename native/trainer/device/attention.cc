#include "trainer/device/attention.h"

namespace repotune::device {

namespace {

constexpr size_t kFloat = sizeof(float);

/**
 * Gradients of scores are about 1 / keys of those of the output, and many devices hold the operands of products in half precision: a power
 * of two keeps them where halves are dense.
 */
constexpr float kScoreGain = 64;

/** [d, heads, tokens] -> [d, tokens, heads], contiguous. */
ggml_tensor* by_head(Graph& g, ggml_tensor* x) { return ggml_cont(g.context(), ggml_permute(g.context(), x, 0, 2, 1, 3)); }
/** [d, heads, tokens] -> [tokens, d, heads], contiguous: what is summed over tokens comes first. */
ggml_tensor* by_token(Graph& g, ggml_tensor* x) { return ggml_cont(g.context(), ggml_permute(g.context(), x, 1, 2, 0, 3)); }

/** Tokens [from, from + count) of x [d, heads, tokens]. */
ggml_tensor* tokens_of(Graph& g, ggml_tensor* x, int64_t from, int64_t count) {
  return ggml_view_3d(g.context(), x, x->ne[0], x->ne[1], count, x->nb[1], x->nb[2], (size_t)from * x->nb[2]);
}
/** A chunk's keys, from x [d, tokens, heads] and from x [tokens, d, heads]. */
ggml_tensor* keys_of(Graph& g, ggml_tensor* x, const QueryChunk& c) {
  if (c.keys() == x->ne[1]) return x;
  ggml_tensor* part = ggml_view_3d(g.context(), x, x->ne[0], c.keys(), x->ne[2], x->nb[1], x->nb[2], (size_t)c.k0 * x->nb[1]);
  return ggml_cont(g.context(), part);  // Vulkan's product assumes that whole rows are whole heads, and would read other heads' keys
}
ggml_tensor* key_columns_of(Graph& g, ggml_tensor* x, const QueryChunk& c) {
  return ggml_view_3d(g.context(), x, c.keys(), x->ne[1], x->ne[2], x->nb[1], x->nb[2], (size_t)c.k0 * kFloat);
}

/** One chunk of one pass: queries of the heads that share a key head are adjacent, [·, queries * group, n_head_kv]. */
class ChunkPass {
 public:
  ChunkPass(Graph& g, const Attention& a, const QueryChunk& chunk) : g_(g), a_(a), chunk_(chunk) {}

  /** The chunk's queries of x [d, n_head, tokens]. */
  ggml_tensor* queries(ggml_tensor* x) const { return grouped(by_head(g_, tokens_of(g_, x, chunk_.q0, chunk_.queries()))); }
  /** The chunk's part of x, in the order of x, as a copy's destination. */
  ggml_tensor* place_in(ggml_tensor* x) const { return tokens_of(g_, x, chunk_.q0, chunk_.queries()); }
  /** [d, queries * group, n_head_kv] in the order of tokens. */
  ggml_tensor* by_tokens(ggml_tensor* x) const {
    return ggml_permute(g_.context(), ggml_reshape_3d(g_.context(), x, x->ne[0], chunk_.queries(), a_.shape.n_head), 0, 2, 1, 3);
  }

  /** Softmax of the scaled, masked scores: [keys, queries * group, n_head_kv]. */
  ggml_tensor* probabilities(ggml_tensor* keys, ggml_tensor* queries) const {
    ggml_context* c = g_.context();
    ggml_tensor* scores =
        ggml_reshape_3d(c, product(g_, keys_of(g_, keys, chunk_), queries), chunk_.keys(), chunk_.queries(), a_.shape.n_head);
    ggml_tensor* mask = ggml_view_2d(c, a_.masks, chunk_.keys(), chunk_.queries(), (size_t)chunk_.keys() * sizeof(ggml_fp16_t),
                                     (size_t)chunk_.mask * sizeof(ggml_fp16_t));
    return grouped(ggml_soft_max_ext(c, scores, mask, a_.shape.scale, 0));
  }

 private:
  ggml_tensor* grouped(ggml_tensor* x) const {
    const int64_t group = a_.shape.n_head / a_.shape.n_head_kv;
    return ggml_reshape_3d(g_.context(), x, x->ne[0], chunk_.queries() * group, a_.shape.n_head_kv);
  }

  Graph& g_;
  const Attention& a_;
  const QueryChunk& chunk_;
};

}  // namespace

void attention_forward(Graph& g, const Attention& a, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* out) {
  ggml_tensor *keys = by_head(g, k), *values = by_token(g, v);
  for (const QueryChunk& chunk : a.chunks) {
    const ChunkPass pass(g, a, chunk);
    ggml_tensor* p = pass.probabilities(keys, pass.queries(q));
    ggml_tensor* o = product(g, key_columns_of(g, values, chunk), p);  // [d, queries * group, n_head_kv]
    g.add(ggml_cpy(g.context(), pass.by_tokens(o), pass.place_in(out)));
  }
}

// As on the CPU, with P the probabilities:  dV = P^T dO,  dP = dO V^T,  dS = P * (dP - rowsum(P * dP)),  dQ = dS K,  dK = dS^T Q.
AttentionGradients attention_backward(Graph& g, const Attention& a, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* dout) {
  ggml_context* c = g.context();
  ggml_tensor *keys = by_head(g, k), *values = by_head(g, v), *key_columns = by_token(g, k);
  ggml_tensor* dq = g.add(ggml_fill(c, q, 0));
  ggml_tensor *dk = ggml_fill(c, keys, 0), *dv = ggml_fill(c, values, 0);
  for (const QueryChunk& chunk : a.chunks) {
    const ChunkPass pass(g, a, chunk);
    ggml_tensor *queries = pass.queries(q), *douts = pass.queries(dout);
    ggml_tensor* p = pass.probabilities(keys, queries);
    ggml_tensor* dp = product(g, keys_of(g, values, chunk), douts);
    ggml_tensor* ds = soft_max_backward(g, p, dp, kScoreGain);
    const size_t at = (size_t)chunk.k0 * dk->nb[1];
    dv = ggml_acc_inplace(c, dv, outer_product(g, douts, p), dv->nb[1], dv->nb[2], dv->nb[3], at);
    dk = ggml_acc_inplace(c, dk, outer_product(g, queries, ds), dk->nb[1], dk->nb[2], dk->nb[3], at);
    g.add(dv);
    g.add(dk);
    g.add(ggml_cpy(c, pass.by_tokens(product(g, key_columns_of(g, key_columns, chunk), ds)), pass.place_in(dq)));
  }
  // [d, tokens, heads] back to [d, heads, tokens]
  const float scale = a.shape.scale / kScoreGain;
  return {ggml_scale(c, dq, scale), ggml_scale(c, by_head(g, dk), scale), by_head(g, dv)};
}

}  // namespace repotune::device
