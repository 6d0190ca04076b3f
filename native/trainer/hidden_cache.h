#pragma once
// The frozen blocks' outputs for a sequence, kept for its next pass: they depend only on the sequence's tokens.
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace repotune {

/**
 * Hidden rows in F16, each scaled by its own power of two, since some models' residual stream exceeds F16's range. Keeps what comes first:
 * when text comes round in the same order each time, an LRU cache would always have just evicted what is requested.
 */
class HiddenCache {
 public:
  /** width: elements per row. */
  HiddenCache(int64_t width, int64_t most_bytes) : width_(width), most_bytes_(most_bytes) {}

  /** Reads the sequence's rows [count, width], if cached. */
  bool find(const int32_t* tokens, int64_t count, float* rows) const;
  /** Rounds the rows to what `find` would return, whether kept or not: a run must not depend on what there was room for. */
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
