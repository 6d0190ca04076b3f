#include "trainer/device/columns.h"

namespace repotune::device {

namespace {

/** Factors whose rank is a multiple of this leave rows of 16-bit numbers aligned to 16 bytes. */
constexpr int64_t kAlignedRank = 8;

/** `count` columns of `to`, beginning at `first`. */
ggml_tensor* columns_of(Graph& g, ggml_tensor* to, int64_t first, int64_t count) {
  return ggml_view_2d(g.context(), to, count, to->ne[1], to->nb[1], (size_t)first * ggml_element_size(to));
}

}  // namespace

AdapterColumns adapter_columns(LinearId id, int64_t rank) {
  if (rank % kAlignedRank != 0) return {};
  if (id == kGate || id == kUp) return {2 * rank, 0};
  return id == kDown ? AdapterColumns{0, rank} : AdapterColumns{};
}

void write_adapter_columns(Graph& g, const LayerTensors& layer, const UnpackedBlock& weights) {
  ggml_context* c = g.context();
  for (const LinearId id : {kGate, kUp}) {
    const Unpacked& w = weights[id];
    if (w.more_inputs == 0) continue;
    const int64_t rank = layer.b[id]->ne[0], own = w.forward[0]->ne[0] - w.more_inputs;
    g.add(ggml_cpy(c, layer.b[id], columns_of(g, w.forward[0], own + (id == kUp ? rank : 0), rank)));
  }
  const Unpacked& down = weights[kDown];
  if (down.more_outputs == 0) return;
  ggml_tensor* a = ggml_scale(c, layer.a[kDown], 1 / kAdapterGain);
  g.add(ggml_cpy(c, transposed(g, a), columns_of(g, down.backward[0], down.backward[0]->ne[0] - down.more_outputs, down.more_outputs)));
}

}  // namespace repotune::device
