#pragma once
// Counter-based random numbers: a value is a function of (seed, counter), so nothing depends on threads or on order.
#include <cstdint>

namespace repotune {

/** splitmix64's finalizer (Steele et al. 2014). */
inline uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

/** Uniform in [0, 1). */
inline float uniform(uint64_t seed, uint64_t counter) { return (float)(mix64(seed ^ mix64(counter)) >> 40) * 0x1p-24f; }

}  // namespace repotune
