#pragma once
// What frozen blocks make of a sequence, kept for its next pass: it depends on the sequence's tokens alone.
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace repotune {

/**
 * Hidden rows in F16, each with a power of two of its own, for the residual stream of some models is beyond F16's range. Keeps what comes
 * first: of text that comes round in the same order again and again, a cache that forgets the oldest would always have just forgotten
 * what is asked for.
 */
class HiddenCache {
 public:
  /** width: of a row. */
  HiddenCache(int64_t width, int64_t most_bytes) : width_(width), most_bytes_(most_bytes) {}

  /** rows [count, width] of the sequence, if it is there. */
  bool find(const int32_t* tokens, int64_t count, float* rows) const;
  /** Rounds the rows to what `find` would give, kept or not: a run must not depend on what there was room for. */
  void keep(const int32_t* tokens, int64_t count, float* rows);
  void clear();
  int64_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::vector<int32_t> tokens;
    std::vector<uint16_t> values;  // [tokens, width]
    std::vector<float> scales;     // [tokens], powers of two
  };
  int64_t width_, most_bytes_, bytes_ = 0;
  std::unordered_map<uint64_t, Entry> entries_;
};

}  // namespace repotune
