#pragma once
#include <cstdint>
#include <vector>

#include "common/parallel.h"

namespace repotune {

struct AdamWOptions {
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, weight_decay = 0;
};

/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), moments in F32. */
class AdamW {
 public:
  AdamW(AdamWOptions options, int64_t parameters) : options_(options), m((size_t)parameters), v((size_t)parameters) {}
  /** One update; gradients are multiplied by `gradient_scale` first. */
  void update(Pool& pool, float* parameters, const float* gradients, float gradient_scale, double learning_rate);

 private:
  AdamWOptions options_;

 public:
  std::vector<float> m, v;
  int64_t steps = 0;
};

/** Euclidean norm, summed in an order that does not depend on the number of threads. */
double norm_of(Pool& pool, const float* x, int64_t n);

}  // namespace repotune
