#pragma once
// Reading a row of logits.
#include <llama.h>

#include <cmath>
#include <vector>

namespace repotune::inference {

/** Log of the sum of exponentials of `row` [count]. */
inline double log_sum_exp(const float* row, int count) {
  float largest = row[0];
  for (int i = 1; i < count; ++i) largest = row[i] > largest ? row[i] : largest;
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += std::exp(row[i] - largest);
  return largest + std::log(sum);
}

/** The largest; the lowest index wins a tie. */
inline llama_token argmax(const float* row, int count) {
  llama_token best = 0;
  for (int i = 1; i < count; ++i) {
    if (row[i] > row[best]) best = i;
  }
  return best;
}

}  // namespace repotune::inference
