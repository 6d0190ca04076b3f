#pragma once
// How many threads to compute with. ggml's threads wait for each other by spinning some 300 times per token: with two of them on cores
// shared with another process, a token takes a hundred times as long (measured: 15 ms -> 2 s), whereas a single thread merely gets its
// share. So all threads are used only while the machine has cores to spare.
#include <chrono>
#include <cstdint>
#include <functional>

namespace repotune::inference {

/** Runnable threads of all processes, this one included; 0 if the system does not tell (other than Linux). */
int runnable_threads();

class ThreadGovernor {
 public:
  /**
   * `token_threads`: maximum for single tokens; `batch_threads`: for batches; never more than there are cores. `weight_bytes` gives the
   * first estimate of a token's time. `runnable` answers like runnable_threads, and `cores` is how many there are to run on.
   */
  ThreadGovernor(int token_threads, int batch_threads, uint64_t weight_bytes, std::function<int()> runnable = runnable_threads,
                 int cores = 0);

  /** Threads for a batch of `tokens`. */
  int threads(int tokens);
  /** How many of `tokens` to evaluate before looking again: all of them, unless others leave too few cores. */
  int tokens_before_look(int tokens);
  /** Reports how long a batch of `tokens` took with the threads that `threads` answered. */
  void took(int tokens, double milliseconds);

 private:
  using Clock = std::chrono::steady_clock;

  int free_cores(int wanted) const;

  std::function<int()> runnable_;
  int cores_;
  int token_threads_;
  int batch_threads_;
  int current_;
  /** Cores that nobody else uses, at the last sample. */
  int free_cores_;
  /** Shortest time seen for one token with all threads. */
  double best_token_ms_;
  /** All threads are not tried again before this. */
  Clock::time_point single_until_{};
  Clock::time_point sampled_{};
};

}  // namespace repotune::inference
