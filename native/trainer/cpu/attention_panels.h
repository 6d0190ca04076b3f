#pragma once
// The attention of attention.h with 16-bit products; softmax and sums stay in F32.
#include "kernels/panels.h"
#include "trainer/cpu/attention.h"

namespace repotune {

void panels_attention_forward(const PanelKernel& kernel, Pool& pool, const AttentionShape& shape, const std::vector<Segment>& segments,
                              const float* q, const float* k, const float* v, float* out, float* lse, AttentionScratch& scratch);

void panels_attention_backward(const PanelKernel& kernel, Pool& pool, const AttentionShape& shape, const std::vector<Segment>& segments,
                               const float* q, const float* k, const float* v, const float* out, const float* lse, const float* dout,
                               float* dq, float* dk, float* dv, AttentionScratch& scratch);

}  // namespace repotune
