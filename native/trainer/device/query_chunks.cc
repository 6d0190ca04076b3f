#include "trainer/device/query_chunks.h"

#include <algorithm>

namespace repotune::device {

namespace {

/**
 * What a score's products and softmaxes move, in the forward and in the backward together, and what a card moves while it starts a chunk's
 * kernels (about 25, two or three microseconds each).
 */
constexpr int64_t kBytesPerScore = 64, kBytesPerChunk = 100'000'000;

/** The first key of chunks that begin at each whole unit of tokens. */
std::vector<int64_t> first_keys(const std::vector<Segment>& segments, int64_t window) {
  std::vector<int64_t> keys;
  size_t segment = 0;
  for (int64_t q0 = 0; q0 < segments.back().end; q0 += kTokenUnit) {
    while (segments[segment].end <= q0) segment++;
    const int64_t k0 = window > 0 ? std::max(segments[segment].begin, q0 - window + 1) : segments[segment].begin;
    keys.push_back(k0 / kTokenUnit * kTokenUnit);
  }
  return keys;
}

/** `ends`: of the chunks, in order. */
std::vector<QueryChunk> chunks_of(const std::vector<int64_t>& keys, const std::vector<int64_t>& ends) {
  std::vector<QueryChunk> chunks;
  int64_t q0 = 0, mask = 0;
  for (const int64_t q1 : ends) {
    chunks.push_back({q0, q1, keys[(size_t)(q0 / kTokenUnit)], mask});
    mask += chunks.back().keys() * chunks.back().queries();
    q0 = q1;
  }
  return chunks;
}

}  // namespace

std::vector<QueryChunk> query_chunks(const std::vector<Segment>& segments, int64_t window, int64_t queries, int64_t heads) {
  const std::vector<int64_t> keys = first_keys(segments, window);
  const int64_t started = kBytesPerChunk / (kBytesPerScore * heads), most = std::max<int64_t>(1, queries / kTokenUnit);
  const auto units = (int64_t)keys.size();
  // The least that chunks up to a unit cost, in scores of one head, and where the last of them begins.
  std::vector<int64_t> least((size_t)units + 1, INT64_MAX), from((size_t)units + 1, 0);
  least[0] = 0;
  for (int64_t end = 1; end <= units; end++)
    for (int64_t begin = std::max<int64_t>(0, end - most); begin < end; begin++) {
      const int64_t scores = (end - begin) * kTokenUnit * (end * kTokenUnit - keys[(size_t)begin]);
      const int64_t cost = least[(size_t)begin] + scores + started;
      if (cost >= least[(size_t)end]) continue;
      least[(size_t)end] = cost;
      from[(size_t)end] = begin;
    }
  std::vector<int64_t> ends;
  for (int64_t end = units; end > 0; end = from[(size_t)end]) ends.push_back(end * kTokenUnit);
  std::reverse(ends.begin(), ends.end());
  return chunks_of(keys, ends);
}

std::vector<QueryChunk> equal_chunks(const std::vector<Segment>& segments, int64_t window, int64_t queries) {
  std::vector<int64_t> ends;
  for (int64_t q0 = 0; q0 < segments.back().end; q0 += queries) ends.push_back(std::min(q0 + queries, segments.back().end));
  return chunks_of(first_keys(segments, window), ends);
}

std::vector<uint16_t> masks_of(const std::vector<Segment>& segments, int64_t window, const std::vector<QueryChunk>& chunks) {
  constexpr uint16_t kSeen = 0, kMinusInfinity = 0xfc00;
  std::vector<uint16_t> masks((size_t)(chunks.back().mask + chunks.back().keys() * chunks.back().queries()), kMinusInfinity);
  size_t segment = 0;
  for (const QueryChunk& chunk : chunks)
    for (int64_t q = chunk.q0; q < chunk.q1; q++) {
      while (segments[segment].end <= q) segment++;
      const int64_t first = std::max({segments[segment].begin, chunk.k0, window > 0 ? q - window + 1 : 0});
      uint16_t* row = masks.data() + chunk.mask + (q - chunk.q0) * chunk.keys();
      std::fill(row + first - chunk.k0, row + q + 1 - chunk.k0, kSeen);
    }
  return masks;
}

}  // namespace repotune::device
