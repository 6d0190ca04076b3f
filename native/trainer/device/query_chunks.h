#pragma once
// The chunks of queries that attention computes one after the other, and the masks of what each query sees.
#include <cstdint>
#include <vector>

#include "trainer/cpu/attention.h"

namespace repotune::device {

/** Queries [q0, q1), and the keys [k0, q1) that at least one of them sees. */
struct QueryChunk {
  int64_t q0, q1, k0;
  /** Offset of its mask [keys, queries] among the masks, in elements. */
  int64_t mask = 0;
  int64_t queries() const { return q1 - q0; }
  int64_t keys() const { return q1 - k0; }
};

/** Token counts and the first key of a chunk are multiples of this: views are then aligned for every device. */
constexpr int64_t kTokenUnit = 32;

/**
 * Chunks of at most `queries` that take least time together: fewer of them start fewer kernels, more of them compute fewer scores of keys
 * that are not seen. `segments` cover all tokens in order.
 */
std::vector<QueryChunk> query_chunks(const std::vector<Segment>& segments, int64_t window, int64_t queries, int64_t heads);
/** Chunks of `queries`: for plans, as none above is larger. */
std::vector<QueryChunk> equal_chunks(const std::vector<Segment>& segments, int64_t window, int64_t queries);
/** F16: 0 where the key is seen, minus infinity where not. */
std::vector<uint16_t> masks_of(const std::vector<Segment>& segments, int64_t window, const std::vector<QueryChunk>& chunks);

}  // namespace repotune::device
