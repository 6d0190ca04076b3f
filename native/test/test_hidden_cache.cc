// The cached outputs of frozen blocks: found again bit for bit, within F16's rounding of what was computed, even beyond F16's range, and no
// more than there is room for. Prints one JSON object.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "common/random.h"
#include "trainer/hidden_cache.h"

using namespace repotune;

int main() {
  constexpr int64_t width = 48, count = 3;
  const std::vector<int32_t> tokens{5, 6, 7}, others{5, 7, 6};
  HiddenCache cache(width, 1 << 20);
  // Rows of ordinary size, beyond F16's range, and beyond it in only one element.
  std::vector<float> rows((size_t)(width * count));
  for (size_t i = 0; i < rows.size(); i++) rows[i] = (uniform(1, i) - 0.5f) * (i / width == 1 ? 1e6f : 1.0f);
  rows[2 * width + 3] = -3e5f;
  const std::vector<float> computed = rows;
  cache.keep(tokens.data(), count, rows.data());
  std::vector<float> found(rows.size());
  const bool there = cache.find(tokens.data(), count, found.data()) && found == rows;
  double worst = 0;  // relative to each row's largest element
  for (int64_t t = 0; t < count; t++) {
    double most = 0, difference = 0;
    for (int64_t i = t * width; i < (t + 1) * width; i++) {
      most = std::max(most, std::abs((double)computed[(size_t)i]));
      difference = std::max(difference, std::abs((double)found[(size_t)i] - computed[(size_t)i]));
    }
    worst = std::max(worst, difference / most);
  }
  const bool confuses = cache.find(others.data(), count, found.data()) || cache.find(tokens.data(), 2, found.data());

  // Room for one sequence: the first is kept, and the second is rounded anyway.
  HiddenCache small(width, cache.bytes());
  std::vector<float> first = computed, second = computed;
  small.keep(tokens.data(), count, first.data());
  small.keep(others.data(), count, second.data());
  const bool bounded = small.bytes() <= cache.bytes() && small.find(tokens.data(), count, found.data()) &&
                       !small.find(others.data(), count, found.data()) && second == rows;

  std::vector<float> broken(width, NAN);
  cache.keep(others.data(), 1, broken.data());
  const bool hides = std::isfinite(broken[0]);
  cache.clear();
  const bool cleared = !cache.find(tokens.data(), count, found.data()) && cache.bytes() == 0;
  printf("{\"found\":%s,\"worst\":%.3e,\"confuses\":%s,\"bounded\":%s,\"hidesNan\":%s,\"cleared\":%s}\n", there ? "true" : "false", worst,
         confuses ? "true" : "false", bounded ? "true" : "false", hides ? "true" : "false", cleared ? "true" : "false");
  return 0;
}
