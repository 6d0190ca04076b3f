#pragma once
#include "trainer/model.h"

namespace repotune {

RopeTable make_rope(const RopeScaling& scaling, int64_t n_rot, int64_t positions, bool neox);

/** Rotates each head of x [heads, head_dim] at `position`, in place. `inverse` is the backward: rotation by the negative angle. */
void rope_row(const RopeTable& table, float* x, int64_t heads, int64_t head_dim, int64_t position, bool inverse);

}  // namespace repotune
