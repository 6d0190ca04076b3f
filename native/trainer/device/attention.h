#pragma once
// Causal attention over packed sequences as a ggml graph, in chunks of queries: only one chunk's scores exist at a time.
#include "trainer/cpu/attention.h"
#include "trainer/device/ops.h"
#include "trainer/device/query_chunks.h"

namespace repotune::device {

struct Attention {
  AttentionShape shape;
  const std::vector<QueryChunk>& chunks;
  ggml_tensor* masks;  // F16
};

/** q: [head_dim, n_head, tokens]; k, v: [head_dim, n_head_kv, tokens]. Written to `out`, shaped as q, in the device's memory. */
void attention_forward(Graph& g, const Attention& a, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* out);

struct AttentionGradients {
  ggml_tensor *q, *k, *v;
};
/** Shapes as above. */
AttentionGradients attention_backward(Graph& g, const Attention& a, ggml_tensor* q, ggml_tensor* k, ggml_tensor* v, ggml_tensor* dout);

}  // namespace repotune::device
