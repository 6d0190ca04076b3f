// The pool when memory runs out: an exception in a thread reaches the caller, once, after all threads have ended, and the pool stays
// usable. A buffer that could not grow is empty, and can grow again. Prints one JSON object.
#include <atomic>
#include <cstdio>
#include <new>

#include "common/parallel.h"

using namespace repotune;

namespace {

constexpr int kThreads = 3;
/** More than any machine has. */
constexpr int64_t kTooMany = int64_t{1} << 58;

/** Whether a region in which the threads of `failing` (one bit each) run out of memory fails for the caller, with the others' work done. */
bool thrown_on(Pool& pool, unsigned failing) {
  std::atomic<unsigned> done{0};
  try {
    pool.run([&](int ith, int) {
      if (failing >> ith & 1) throw std::bad_alloc();
      done |= 1u << ith;
    });
  } catch (const std::bad_alloc&) {
    return failing != 0 && done == (~failing & ((1u << pool.size()) - 1));
  }
  return failing == 0 && done == (1u << pool.size()) - 1;
}

}  // namespace

int main() {
  Pool several(kThreads), one(1);
  bool thrown = thrown_on(one, 1) && thrown_on(one, 0);
  // One after another: nothing may carry over from one region to the next.
  for (unsigned failing = 0; failing < 1u << kThreads; failing++) thrown = thrown && thrown_on(several, failing) && thrown_on(several, 0);

  Buffer buffer;
  buffer.need(16);
  bool refused = false;
  try {
    buffer.need(kTooMany);
  } catch (const std::bad_alloc&) {
    refused = true;
  }
  const bool grows = buffer.need(8) != nullptr;
  printf("{\"thrown\":%s,\"refused\":%s,\"grows\":%s}\n", thrown ? "true" : "false", refused ? "true" : "false", grows ? "true" : "false");
  return 0;
}
