#pragma once
// An adapter's factors as columns of unpacked weights: [W | B] [x; low] is a linear and its adapter in one product, [W^T | A^T] [dy; du]
// its gradient. Added separately, the adapter's wide output is written and read several times over. That pays for gate and up, and for the
// gradient behind down: their outputs are the widest, and what is appended to is the narrower side.
#include "trainer/device/block.h"

namespace repotune::device {

struct AdapterColumns {
  /** Of inputs in the forward, for what A makes of x (`low`): gate's, then up's; and of outputs in the backward. */
  int64_t inputs = 0, outputs = 0;
};

/** The columns of one linear's weight; none if rows would no longer be aligned as devices like them. */
AdapterColumns adapter_columns(LinearId id, int64_t rank);

/** Copies a block's factors into the columns of its weights, if they have such. */
void write_adapter_columns(Graph& g, const LayerTensors& layer, const UnpackedBlock& weights);

}  // namespace repotune::device
