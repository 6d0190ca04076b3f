#pragma once
// The linears of lora.h with 16-bit products: the adapter's small ones run as part of the weight's.
#include "kernels/panels.h"
#include "trainer/cpu/lora.h"

namespace repotune {

void panels_forward(const PanelKernel& kernel, const LoraPass& pass, const float* x, int64_t rows, LinearsForward linears);
void panels_backward_input(const PanelKernel& kernel, const LoraPass& pass, int64_t rows, LinearsBackward linears, float* dx,
                           bool accumulate);
void panels_backward_weights(const PanelKernel& kernel, const LoraPass& pass, const float* x, int64_t rows, LinearsBackward linears);

}  // namespace repotune
