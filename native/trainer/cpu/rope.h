#pragma once
#include <vector>

#include "trainer/model.h"

namespace repotune {

/** How a model spreads its rotary frequencies. */
struct RopeScaling {
  float base = 10000.0f;
  /** Positions are multiplied by this (1 / factor). */
  float scale = 1.0f;
  /** YaRN (Peng et al. 2023): high frequencies keep their positions, low ones are interpolated. */
  bool yarn = false;
  float attention_factor = 1.0f;
  float beta_fast = 32.0f, beta_slow = 1.0f;
  double original_context = 0;
  /** Divides each frequency (Llama 3.1); empty: 1. */
  std::vector<float> factors;
};

RopeTable make_rope(const RopeScaling& scaling, int64_t n_rot, int64_t positions, bool neox);

/** Rotates each head of x [heads, head_dim] at `position`, in place. `inverse` is the backward: rotation by the negative angle. */
void rope_row(const RopeTable& table, float* x, int64_t heads, int64_t head_dim, int64_t position, bool inverse);

}  // namespace repotune
