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

/** How far apart two rows of logits [count] are, beside what the first varies: 0 for the same probabilities. No number if one has none. */
inline double difference_of(const float* expected, const float* found, int count) {
  const auto mean = [&](const float* row) {
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += row[i];
    return sum / count;
  };
  const double expected_mean = mean(expected), found_mean = mean(found);
  double apart = 0, varies = 0;
  for (int i = 0; i < count; ++i) {
    const double e = expected[i] - expected_mean, f = found[i] - found_mean;
    apart += (e - f) * (e - f);
    varies += e * e;
  }
  return std::sqrt(apart / varies);
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
