#pragma once
// A card that computes nothing, beneath ggml's CUDA plug-in, on a machine without one: its memory is the host's and counted, kernels and
// products are checked and counted. So it shows what a step is made of, what it takes and whether it comes to its end; not its results.
// For CUDA 13, whose structures the plug-in was built with. DRY_CUDA_MIB: the card's memory. DRY_CUDA_CAPABILITY: 90. DRY_CUDA_LOG: the
// file that gets a JSON object at the end.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

/** A function of CUDA's libraries. */
#define API extern "C" __attribute__((visibility("default")))

namespace dry_cuda {

using Handle = void*;
using DevicePointer = uint64_t;
struct Dim3 {
  unsigned x, y, z;
};
constexpr int kOk = 0, kInvalidValue = 1, kOutOfMemory = 2, kInvalidConfiguration = 9;
/** What a context takes of the memory. */
constexpr size_t kContextBytes = 600 << 20;

struct Card {
  std::mutex mutex;
  std::map<void*, size_t> blocks;
  std::map<const void*, std::string> kernels;
  std::map<std::string, long> products;
  size_t used = 0, peak = 0, pool = 0, pool_peak = 0;
  long launched = 0, refused = 0, sent = 0, fetched = 0;

  /** false: there is no room. */
  bool take(size_t bytes);
};
/** Never freed: the plug-in's own destructors still call. */
Card& card();
size_t card_bytes();
int capability();
/** Writes the JSON object. */
void report();

/** Address space, with memory where `writable`; nullptr for none. */
void* mapped(size_t bytes, bool writable);
/** Streams, events and graphs are known by handles of their own. */
int opaque(Handle* to);

template <typename Work>
auto locked(Work work) {
  static const bool reported = atexit(report) == 0;
  (void)reported;
  const std::lock_guard<std::mutex> lock(card().mutex);
  return work(card());
}

}  // namespace dry_cuda
