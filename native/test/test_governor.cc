// How many threads are used when others run briefly, permanently, or not at all. Prints one JSON object.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include "inference/governor.h"

using repotune::inference::ThreadGovernor;

namespace {

constexpr int kCores = 2, kBatch = 200;

/** Threads for the first batch, if successive samples see `running` threads, the last value repeating. */
int threads_for(std::vector<int> running, int cores = kCores) {
  size_t look = 0;
  const auto runnable = [&] { return running[std::min(look++, running.size() - 1)]; };
  return ThreadGovernor(cores, cores, 1 << 20, runnable, cores).threads(kBatch);
}

/** Samples of the system that `batches` cost while the machine is quiet. */
int looks_of(int batches) {
  int looks = 0;
  const auto runnable = [&] {
    ++looks;
    return 1;
  };
  ThreadGovernor governor(kCores, kCores, 1 << 20, runnable, kCores);
  for (int i = 0; i < batches; ++i) governor.threads(kBatch);
  return looks;
}

/** Tokens of a batch that are evaluated at once, if every sample sees `running` threads. */
int tokens_beside(int running) {
  const auto runnable = [=] { return running; };
  return ThreadGovernor(kCores, kCores, 1 << 20, runnable, kCores).tokens_before_look(kBatch);
}

/** Threads for a batch after one of `tokens` took `milliseconds`, if a token takes 15. */
int threads_after(int tokens, double milliseconds) {
  ThreadGovernor governor(kCores, kCores, 60'000'000, [] { return 1; }, kCores);
  governor.threads(1);
  governor.took(1, 15);
  governor.threads(tokens);
  governor.took(tokens, milliseconds);
  return governor.threads(kBatch);
}

}  // namespace

int main() {
  printf(
      "{\"quiet\":%d,\"unknown\":%d,\"moment\":%d,\"compiler\":%d,\"compilers\":%d,\"oneOfFour\":%d,\"looks\":%d,\"batch\":%d,"
      "\"batchBeside\":%d,\"afterSlowKernels\":%d,\"afterWaiting\":%d}\n",
      threads_for({1}), threads_for({0}), threads_for({3, 2, 1}), threads_for({2}), threads_for({5}), threads_for({4, 2}, 4), looks_of(10),
      tokens_beside(1), tokens_beside(2), threads_after(4, 70), threads_after(1, 70));
}
