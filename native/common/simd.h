#pragma once
// Compiles one plain loop for several instruction sets, the best of which is chosen when the program loads.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define REPOTUNE_CLONES                                                        \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), \
                 optimize("O3", "no-math-errno", "no-trapping-math", "associative-math", "no-signed-zeros")))
#else
#define REPOTUNE_CLONES
#endif

#include <cstdint>
#include <cstring>

namespace repotune {

/** e^x to 2 ulp by range reduction and a degree-6 polynomial; branch-free, so that loops over it vectorize. */
static inline __attribute__((always_inline)) float exp_fast(float x) {
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  const float exponent = x * 1.44269504088896f;
  const int32_t whole = (int32_t)(exponent + (exponent < 0 ? -0.5f : 0.5f));
  const float n = (float)whole;
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (whole + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

}  // namespace repotune
