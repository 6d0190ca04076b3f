#include "trainer/cpu/attention.h"

#include <algorithm>
#include <cstring>

#include "kernels/elementwise.h"
#include "kernels/matmul.h"
#include "trainer/cpu/attention_panels.h"

namespace repotune {

namespace {

/** Query rows per chunk: one chunk's scores over 4096 keys fit a core's second-level cache. */
constexpr int64_t kChunk = 128;

/** A chunk of query rows [q0, q1) of one head, and the keys [k0, q1) any of them sees. */
struct Tile {
  int64_t q0, q1, k0;
  int64_t rows() const { return q1 - q0; }
  int64_t keys() const { return q1 - k0; }
};

Tile tile(const Segment& s, int64_t q0, int64_t window) {
  const int64_t first = window > 0 ? q0 - window + 1 : s.begin;
  return {q0, std::min(q0 + kChunk, s.end), std::max(s.begin, first)};
}

/** Keys of the tile that row `i` sees: [from, to). */
struct Visible {
  int64_t from, to;
};
Visible visible(const Tile& t, int64_t i, int64_t window) {
  const int64_t to = t.q0 + i + 1 - t.k0;
  return {window > 0 ? std::max<int64_t>(0, to - window) : 0, to};
}

void zero_outside(float* row, const Visible& v, int64_t keys) {
  std::fill(row, row + v.from, 0.0f);
  std::fill(row + v.to, row + keys, 0.0f);
}

/** S = Q K^T of a tile, unscaled. S: [rows, keys] */
void scores(const AttentionShape& a, const Tile& t, int64_t head, const float* q, const float* k, float* s) {
  const int64_t d = a.head_dim, ldq = a.n_head * d, ldk = a.n_head_kv * d, kv = head / (a.n_head / a.n_head_kv);
  gemm(false, true, t.rows(), t.keys(), d, 1, q + t.q0 * ldq + head * d, ldq, k + t.k0 * ldk + kv * d, ldk, 0, s, t.keys());
}

}  // namespace

void attention_forward(Pool& pool, const AttentionShape& a, const std::vector<Segment>& segments, const float* q, const float* k,
                       const float* v, float* out, float* lse, AttentionScratch& scratch) {
  if (const PanelKernel* kernel = selected_panels())
    return panels_attention_forward(*kernel, pool, a, segments, q, k, v, out, lse, scratch);
  struct Item {
    Tile tile;
    int64_t head;
  };
  std::vector<Item> items;
  for (const auto& s : segments)
    for (int64_t q0 = s.begin; q0 < s.end; q0 += kChunk)
      for (int64_t h = 0; h < a.n_head; h++) items.push_back({tile(s, q0, a.window), h});
  scratch.scores.resize((size_t)pool.size());
  const int64_t d = a.head_dim, ldq = a.n_head * d, ldk = a.n_head_kv * d;

  pool.for_each((int64_t)items.size(), [&](int64_t index, int ith) {
    const auto& [t, head] = items[(size_t)index];
    const int64_t kv = head / (a.n_head / a.n_head_kv);
    float* s = scratch.scores[(size_t)ith].need(kChunk * t.keys());
    scores(a, t, head, q, k, s);
    for (int64_t i = 0; i < t.rows(); i++) {
      const Visible see = visible(t, i, a.window);
      float* row = s + i * t.keys();
      lse[(t.q0 + i) * a.n_head + head] = softmax(row + see.from, see.to - see.from, a.scale);
      zero_outside(row, see, t.keys());
    }
    gemm(false, false, t.rows(), d, t.keys(), 1, s, t.keys(), v + t.k0 * ldk + kv * d, ldk, 0, out + t.q0 * ldq + head * d, ldq);
  });
}

// With P the probabilities and D_i = dO_i . O_i:  dV = P^T dO,  dS = P * (dO V^T - D),  dQ = dS K,  dK = dS^T Q
// (FlashAttention-2, section 3.1.2).
void attention_backward(Pool& pool, const AttentionShape& a, const std::vector<Segment>& segments, int64_t tokens, const float* q,
                        const float* k, const float* v, const float* out, const float* lse, const float* dout, float* dq, float* dk,
                        float* dv, AttentionScratch& scratch) {
  if (const PanelKernel* kernel = selected_panels())
    return panels_attention_backward(*kernel, pool, a, segments, q, k, v, out, lse, dout, dq, dk, dv, scratch);
  scratch.scores.resize((size_t)pool.size());
  scratch.gradients.resize((size_t)pool.size());
  const int64_t d = a.head_dim, ldq = a.n_head * d, ldk = a.n_head_kv * d, group = a.n_head / a.n_head_kv;
  float* dk_heads = scratch.dk.need(a.n_head * tokens * d);
  float* dv_heads = scratch.dv.need(a.n_head * tokens * d);

  // One item is a whole (sequence, query head) with its own dK and dV, which are summed over the group below.
  pool.for_each((int64_t)segments.size() * a.n_head, [&](int64_t index, int ith) {
    const Segment& s = segments[(size_t)(index / a.n_head)];
    const int64_t head = index % a.n_head, kv = head / group;
    float* dk_head = dk_heads + head * tokens * d;
    float* dv_head = dv_heads + head * tokens * d;
    std::fill(dk_head + s.begin * d, dk_head + s.end * d, 0.0f);
    std::fill(dv_head + s.begin * d, dv_head + s.end * d, 0.0f);
    for (int64_t q0 = s.begin; q0 < s.end; q0 += kChunk) {
      const Tile t = tile(s, q0, a.window);
      float* p = scratch.scores[(size_t)ith].need(kChunk * t.keys());
      float* ds = scratch.gradients[(size_t)ith].need(kChunk * t.keys());
      const float* dout_tile = dout + t.q0 * ldq + head * d;
      scores(a, t, head, q, k, p);
      gemm(false, true, t.rows(), t.keys(), d, 1, dout_tile, ldq, v + t.k0 * ldk + kv * d, ldk, 0, ds, t.keys());
      for (int64_t i = 0; i < t.rows(); i++) {
        const Visible see = visible(t, i, a.window);
        const int64_t at = (t.q0 + i) * ldq + head * d;
        const float delta = dot(dout + at, out + at, d);
        float *p_row = p + i * t.keys(), *ds_row = ds + i * t.keys();
        softmax_again(p_row + see.from, see.to - see.from, a.scale, lse[(t.q0 + i) * a.n_head + head]);
        softmax_backward(p_row + see.from, ds_row + see.from, see.to - see.from, delta, a.scale);
        zero_outside(p_row, see, t.keys());
        zero_outside(ds_row, see, t.keys());
      }
      gemm(true, false, t.keys(), d, t.rows(), 1, p, t.keys(), dout_tile, ldq, 1, dv_head + t.k0 * d, d);
      gemm(true, false, t.keys(), d, t.rows(), 1, ds, t.keys(), q + t.q0 * ldq + head * d, ldq, 1, dk_head + t.k0 * d, d);
      gemm(false, false, t.rows(), d, t.keys(), 1, ds, t.keys(), k + t.k0 * ldk + kv * d, ldk, 0, dq + t.q0 * ldq + head * d, ldq);
    }
  });

  pool.run([&](int ith, int nth) {
    const Range part = split(tokens, ith, nth);
    for (int64_t t = part.begin; t < part.end; t++)
      for (int64_t kv = 0; kv < a.n_head_kv; kv++) {
        float *dk_row = dk + t * ldk + kv * d, *dv_row = dv + t * ldk + kv * d;
        std::fill(dk_row, dk_row + d, 0.0f);
        std::fill(dv_row, dv_row + d, 0.0f);
        for (int64_t g = 0; g < group; g++) {
          axpy(1, dk_heads + ((kv * group + g) * tokens + t) * d, d, dk_row);
          axpy(1, dv_heads + ((kv * group + g) * tokens + t) * d, d, dv_row);
        }
      }
  });
}

}  // namespace repotune
