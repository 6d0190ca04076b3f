#include "trainer/cpu/attention_panels.h"

#include <algorithm>
#include <cstring>

#include "kernels/elementwise.h"

namespace repotune {

namespace {

/** Queries (in the backward also keys) per chunk: a multiple of every kernel's row and column block. */
constexpr int64_t kChunk = 96;

int64_t round_up(int64_t n, int64_t unit) { return blocks_of(n, unit) * unit; }

uint16_t* bits(Buffer& buffer, int64_t count) { return reinterpret_cast<uint16_t*>(buffer.need((count + 1) / 2)); }

/** Sizes that follow from the shape and the kernel. Keys are first columns, then depth: both blocks have the same size. */
struct Sizes {
  const PanelKernel& kernel;
  int64_t d, ldq, ldk, group;
  int64_t unit, rows, depth;  // of a column block or step; of a row block; head_dim in steps
  int64_t wide, tall;         // head_dim in whole column blocks, and in whole row blocks
  Sizes(const PanelKernel& panel_kernel, const AttentionShape& a)
      : kernel(panel_kernel),
        d(a.head_dim),
        ldq(a.n_head * d),
        ldk(a.n_head_kv * d),
        group(a.n_head / a.n_head_kv),
        unit(kernel.step),
        rows(kernel.row_block),
        depth(blocks_of(d, unit)),
        wide(round_up(d, unit)),
        tall(round_up(d, rows)) {}
  int64_t row_panel(int64_t steps) const { return rows * steps * unit; }
  int64_t column_panel(int64_t steps) const { return unit * steps * unit; }
};

/** Where each segment's part of a buffer for all tokens starts, segments padded to `unit`; the last entry is the whole. */
std::vector<int64_t> starts_of(const std::vector<Segment>& segments, int64_t unit) {
  std::vector<int64_t> starts{0};
  for (const Segment& s : segments) starts.push_back(starts.back() + round_up(s.end - s.begin, unit));
  return starts;
}

/** x [count, depth] of `stride` as A panels of `row_block` rows. */
void pack_left(const Sizes& z, const float* x, int64_t stride, int64_t count, int64_t depth, uint16_t* to) {
  for (int64_t r = 0; r < count; r += z.rows, to += z.row_panel(blocks_of(depth, z.unit)))
    z.kernel.pack_rows(x + r * stride, stride, std::min(z.rows, count - r), depth, to);
}

/** x [count, depth] of `stride` as B panels with a column for each row. */
void pack_right(const Sizes& z, const float* x, int64_t stride, int64_t count, int64_t depth, uint16_t* to) {
  for (int64_t n = 0; n < count; n += z.unit, to += z.column_panel(blocks_of(depth, z.unit)))
    z.kernel.pack_dense_outputs(x + n * stride, stride, std::min(z.unit, count - n), depth, to);
}

/** Keys, counted from the segment's start, that query `position` sees: [from, position]. */
int64_t first_key(int64_t position, int64_t window) { return window > 0 ? std::max<int64_t>(0, position - window + 1) : 0; }

/**
 * to [rows, columns] = x of `stride` minus the mean of its rows, which goes to `mean` [columns]. A component common to all keys, or values,
 * of a segment (a bias, say) changes no probability, but in 16 bits rounding it would swamp their differences: it is subtracted and
 * accounted for in F32.
 */
void center(const float* x, int64_t stride, int64_t rows, int64_t columns, float* to, float* mean) {
  std::vector<double> sums((size_t)columns);
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) sums[(size_t)c] += x[r * stride + c];
  for (int64_t c = 0; c < columns; c++) mean[c] = (float)(sums[(size_t)c] / (double)rows);
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) to[r * columns + c] = x[r * stride + c] - mean[c];
}

/** The panels of one segment's keys and values for one key head. */
struct ForwardPanels {
  uint16_t *keys, *values;
};

}  // namespace

void panels_attention_forward(const PanelKernel& kernel, Pool& pool, const AttentionShape& a, const std::vector<Segment>& segments,
                              const float* q, const float* k, const float* v, float* out, float* lse, AttentionScratch& scratch) {
  const Sizes z(kernel, a);
  const std::vector<int64_t> starts = starts_of(segments, z.unit);
  const int64_t padded = starts.back(), count = (int64_t)segments.size();
  uint16_t* packed = bits(scratch.packed, a.n_head_kv * padded * (z.depth * z.unit + z.wide));
  const auto panels_of = [&](int64_t segment, int64_t kv) -> ForwardPanels {
    uint16_t* keys = packed + (kv * padded + starts[(size_t)segment]) * z.depth * z.unit;
    uint16_t* values = packed + a.n_head_kv * padded * z.depth * z.unit + (kv * padded + starts[(size_t)segment]) * z.wide;
    return {keys, values};
  };
  std::vector<float> common_keys((size_t)(count * a.n_head_kv * z.d));
  scratch.scores.resize((size_t)pool.size());
  scratch.panels.resize((size_t)pool.size());
  pool.for_each(count * a.n_head_kv, [&](int64_t index, int ith) {
    const Segment& s = segments[(size_t)(index / a.n_head_kv)];
    const int64_t kv = index % a.n_head_kv, length = s.end - s.begin, at = s.begin * z.ldk + kv * z.d;
    const ForwardPanels to = panels_of(index / a.n_head_kv, kv);
    float* centered = scratch.scores[(size_t)ith].need(length * z.d);
    center(k + at, z.ldk, length, z.d, centered, common_keys.data() + index * z.d);
    pack_right(z, centered, z.d, length, z.d, to.keys);
    kernel.pack_dense_inputs(v + at, z.ldk, length, z.d, to.values);
  });

  struct Item {
    int64_t segment, q0, head;
  };
  std::vector<Item> items;
  for (int64_t s = 0; s < count; s++)
    for (int64_t q0 = 0; q0 < segments[(size_t)s].end - segments[(size_t)s].begin; q0 += kChunk)
      for (int64_t h = 0; h < a.n_head; h++) items.push_back({s, q0, h});

  pool.for_each((int64_t)items.size(), [&](int64_t index, int ith) {
    const auto& [segment, q0, head] = items[(size_t)index];
    const Segment& s = segments[(size_t)segment];
    const int64_t length = s.end - s.begin, q1 = std::min(q0 + kChunk, length), most_keys = round_up(q1, z.unit);
    const ForwardPanels panels = panels_of(segment, head / z.group);
    const float* common = common_keys.data() + (segment * a.n_head_kv + head / z.group) * z.d;
    float* scores = scratch.scores[(size_t)ith].need(z.rows * (most_keys + z.wide));
    float* sums = scores + z.rows * most_keys;  // [rows, wide]
    uint16_t* query = bits(scratch.panels[(size_t)ith], z.row_panel(z.depth) + z.rows * most_keys);
    uint16_t* probabilities = query + z.row_panel(z.depth);
    const PanelWorker worker(kernel);
    for (int64_t m = q0; m < q1; m += z.rows) {
      const int64_t height = std::min(z.rows, q1 - m), from = first_key(m, a.window) / z.unit * z.unit;
      const int64_t keys = round_up(m + height, z.unit) - from, steps = keys / z.unit;
      kernel.pack_rows(q + (s.begin + m) * z.ldq + head * z.d, z.ldq, height, z.d, query);
      for (int64_t n = 0; n < keys; n += z.unit)
        kernel.product(z.depth, query, panels.keys + (from + n) / z.unit * z.column_panel(z.depth), scores + n, keys, false);
      float inverse[64];
      for (int64_t i = 0; i < height; i++) {
        const int64_t see = first_key(m + i, a.window) - from, to = m + i + 1 - from;
        float* row = scores + i * keys;
        float sum;
        const float shift = a.scale * dot(q + (s.begin + m + i) * z.ldq + head * z.d, common, z.d);
        lse[(s.begin + m + i) * a.n_head + head] = shift + exponentials(row + see, to - see, a.scale, &sum);
        inverse[i] = 1.0f / sum;
        std::fill(row, row + see, 0.0f);
        std::fill(row + to, row + keys, 0.0f);
      }
      kernel.pack_rows(scores, keys, height, keys, probabilities);
      for (int64_t c = 0; c < z.wide; c += z.unit)
        kernel.product(steps, probabilities, panels.values + c * round_up(length, z.unit) + from * z.unit, sums + c, z.wide, false);
      for (int64_t i = 0; i < height; i++) {
        float* to = out + (s.begin + m + i) * z.ldq + head * z.d;
        memcpy(to, sums + i * z.wide, sizeof(float) * (size_t)z.d);
        scale_row(to, z.d, inverse[i]);
      }
    }
  });
}

namespace {

/** The panels of one segment's keys and values for one key head: rows of K and V, and K's transpose. */
struct BackwardPanels {
  uint16_t *keys, *values, *turned;
};

/** One thread's scratch. */
struct BackwardSpace {
  float *s, *dp;                                        // [kChunk keys, kChunk queries]
  float* dq;                                            // [tall, kChunk queries]
  float* rounded;                                       // [head_dim]
  float lse[kChunk], delta[kChunk];                     // of the queries
  uint16_t *q_right, *dout_right, *q_deep, *dout_deep;  // the chunk's queries as columns, and as depth
  uint16_t *p_left, *ds_left, *ds_deep;
};

BackwardSpace space_of(const Sizes& z, Buffer& floats, Buffer& panels) {
  BackwardSpace w;
  w.s = floats.need(2 * kChunk * kChunk + z.tall * kChunk + z.d);
  w.dp = w.s + kChunk * kChunk;
  w.dq = w.dp + kChunk * kChunk;
  w.rounded = w.dq + z.tall * kChunk;
  const int64_t right = kChunk * z.depth * z.unit, deep = kChunk * z.wide, square = kChunk * kChunk;
  w.q_right = bits(panels, 2 * right + 2 * deep + 3 * square);
  w.dout_right = w.q_right + right;
  w.q_deep = w.dout_right + right;
  w.dout_deep = w.q_deep + deep;
  w.p_left = w.dout_deep + deep;
  w.ds_left = w.p_left + square;
  w.ds_deep = w.ds_left + square;
  return w;
}

}  // namespace

// As attention_backward, with keys as rows of the scores: S^T = K Q^T, so that P^T and dS^T can be left operands directly.
void panels_attention_backward(const PanelKernel& kernel, Pool& pool, const AttentionShape& a, const std::vector<Segment>& segments,
                               const float* q, const float* k, const float* v, const float* out, const float* lse, const float* dout,
                               float* dq, float* dk, float* dv, AttentionScratch& scratch) {
  const Sizes z(kernel, a);
  const std::vector<int64_t> row_starts = starts_of(segments, z.rows), deep_starts = starts_of(segments, z.unit);
  const int64_t rows_all = row_starts.back(), deep_all = deep_starts.back(), count = (int64_t)segments.size();
  const int64_t row_bits = z.depth * z.unit;  // of one key
  uint16_t* packed = bits(scratch.packed, a.n_head_kv * (2 * rows_all * row_bits + deep_all * z.tall));
  const auto panels_of = [&](int64_t segment, int64_t kv) -> BackwardPanels {
    uint16_t* keys = packed + (kv * rows_all + row_starts[(size_t)segment]) * row_bits;
    uint16_t* turned = packed + 2 * a.n_head_kv * rows_all * row_bits + (kv * deep_all + deep_starts[(size_t)segment]) * z.tall;
    return {keys, keys + a.n_head_kv * rows_all * row_bits, turned};
  };
  // As in the forward; and dP - delta does not change when a constant is subtracted from the values.
  std::vector<float> common_keys((size_t)(count * a.n_head_kv * z.d)), common_values(common_keys.size());
  scratch.scores.resize((size_t)pool.size());
  scratch.panels.resize((size_t)pool.size());
  pool.for_each(count * a.n_head_kv, [&](int64_t index, int ith) {
    const Segment& s = segments[(size_t)(index / a.n_head_kv)];
    const int64_t kv = index % a.n_head_kv, length = s.end - s.begin, at = s.begin * z.ldk + kv * z.d;
    const BackwardPanels to = panels_of(index / a.n_head_kv, kv);
    float *centered = scratch.scores[(size_t)ith].need(2 * length * z.d), *turned = centered + length * z.d;
    center(v + at, z.ldk, length, z.d, centered, common_values.data() + index * z.d);
    pack_left(z, centered, z.d, length, z.d, to.values);
    center(k + at, z.ldk, length, z.d, centered, common_keys.data() + index * z.d);
    pack_left(z, centered, z.d, length, z.d, to.keys);
    transpose(centered, z.d, length, z.d, turned, length);
    pack_left(z, turned, length, z.d, length, to.turned);
  });

  float* dk_heads = scratch.dk.need(a.n_head * rows_all * z.wide);
  float* dv_heads = scratch.dv.need(a.n_head * rows_all * z.wide);
  // One item is a whole (sequence, query head) with its own dK and dV, which are summed over the group below.
  pool.for_each(count * a.n_head, [&](int64_t index, int ith) {
    const int64_t segment = index / a.n_head, head = index % a.n_head;
    const Segment& s = segments[(size_t)segment];
    const int64_t length = s.end - s.begin, steps_all = blocks_of(length, z.unit),
                  own = (head * rows_all + row_starts[(size_t)segment]) * z.wide;
    const BackwardPanels panels = panels_of(segment, head / z.group);
    const int64_t shared = (segment * a.n_head_kv + head / z.group) * z.d;
    float *dk_head = dk_heads + own, *dv_head = dv_heads + own;
    std::fill(dk_head, dk_head + round_up(length, z.rows) * z.wide, 0.0f);
    std::fill(dv_head, dv_head + round_up(length, z.rows) * z.wide, 0.0f);
    BackwardSpace w = space_of(z, scratch.scores[(size_t)ith], scratch.panels[(size_t)ith]);
    const PanelWorker worker(kernel);
    for (int64_t q0 = 0; q0 < length; q0 += kChunk) {
      const int64_t queries = std::min(kChunk, length - q0), columns = round_up(queries, z.unit), at = (s.begin + q0) * z.ldq + head * z.d;
      pack_right(z, q + at, z.ldq, queries, z.d, w.q_right);
      pack_right(z, dout + at, z.ldq, queries, z.d, w.dout_right);
      kernel.pack_dense_inputs(q + at, z.ldq, queries, z.d, w.q_deep);
      kernel.pack_dense_inputs(dout + at, z.ldq, queries, z.d, w.dout_deep);
      for (int64_t j = 0; j < queries; j++) {
        w.lse[j] = lse[(s.begin + q0 + j) * a.n_head + head] - a.scale * dot(q + at + j * z.ldq, common_keys.data() + shared, z.d);
        // From the rounded gradient, as in the products: what is subtracted from them must carry the same rounding.
        memcpy(w.rounded, dout + at + j * z.ldq, sizeof(float) * (size_t)z.d);
        round_to_bf16(w.rounded, z.d);
        w.delta[j] = dot(w.rounded, out + at + j * z.ldq, z.d) - dot(w.rounded, common_values.data() + shared, z.d);
      }
      for (int64_t k0 = first_key(q0, a.window) / kChunk * kChunk; k0 < q0 + queries; k0 += kChunk) {
        const bool first = k0 == first_key(q0, a.window) / kChunk * kChunk;
        const int64_t keys = std::min(kChunk, length - k0);
        for (int64_t m = 0; m < keys; m += z.rows) {
          // Queries before the first of these keys see none of them.
          const int64_t n0 = std::max<int64_t>(0, k0 + m - q0) / z.unit * z.unit, panel = (k0 + m) * row_bits;
          for (int64_t n = n0; n < columns; n += z.unit) {
            kernel.product(z.depth, panels.keys + panel, w.q_right + n * row_bits, w.s + m * kChunk + n, kChunk, false);
            kernel.product(z.depth, panels.values + panel, w.dout_right + n * row_bits, w.dp + m * kChunk + n, kChunk, false);
          }
        }
        for (int64_t i = 0; i < keys; i++) {
          const int64_t from = std::clamp<int64_t>(k0 + i - q0, 0, columns);
          const int64_t to = std::max(from, a.window > 0 ? std::min(queries, k0 + i + a.window - q0) : queries);
          float *p = w.s + i * kChunk, *ds = w.dp + i * kChunk;
          attention_gradient(p + from, ds + from, w.lse + from, w.delta + from, to - from, a.scale);
          for (float* row : {p, ds}) {
            std::fill(row, row + from, 0.0f);
            std::fill(row + to, row + columns, 0.0f);
          }
        }
        pack_left(z, w.s, kChunk, keys, columns, w.p_left);
        pack_left(z, w.dp, kChunk, keys, columns, w.ds_left);
        kernel.pack_dense_inputs(w.dp, kChunk, keys, columns, w.ds_deep);
        const int64_t query_steps = columns / z.unit, key_steps = blocks_of(keys, z.unit);
        for (int64_t m = 0; m < keys; m += z.rows)
          for (int64_t c = 0; c < z.wide; c += z.unit) {
            const int64_t to = (k0 + m) * z.wide + c;
            kernel.product(query_steps, w.p_left + m * columns, w.dout_deep + c * columns, dv_head + to, z.wide, true);
            kernel.product(query_steps, w.ds_left + m * columns, w.q_deep + c * columns, dk_head + to, z.wide, true);
          }
        for (int64_t m = 0; m < z.tall; m += z.rows)
          for (int64_t n = 0; n < columns; n += z.unit)
            kernel.product(key_steps, panels.turned + m * steps_all * z.unit + k0 * z.rows, w.ds_deep + n * key_steps * z.unit,
                           w.dq + m * kChunk + n, kChunk, !first);
      }
      transpose(w.dq, kChunk, z.d, queries, dq + at, z.ldq);
    }
  });

  pool.run([&](int ith, int nth) {
    const Range part = split(count, ith, nth);
    for (int64_t segment = part.begin; segment < part.end; segment++) {
      const Segment& s = segments[(size_t)segment];
      for (int64_t t = s.begin; t < s.end; t++)
        for (int64_t kv = 0; kv < a.n_head_kv; kv++) {
          float *dk_row = dk + t * z.ldk + kv * z.d, *dv_row = dv + t * z.ldk + kv * z.d;
          for (int64_t g = 0; g < z.group; g++) {
            const int64_t from = ((kv * z.group + g) * rows_all + row_starts[(size_t)segment] + t - s.begin) * z.wide;
            if (g == 0) {
              memcpy(dk_row, dk_heads + from, sizeof(float) * (size_t)z.d);
              memcpy(dv_row, dv_heads + from, sizeof(float) * (size_t)z.d);
            } else {
              axpy(1, dk_heads + from, z.d, dk_row);
              axpy(1, dv_heads + from, z.d, dv_row);
            }
          }
        }
    }
  });
}

}  // namespace repotune
