#include "inference/governor.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

namespace repotune::inference {

namespace {

/** Memory bandwidth that any machine has, so the estimate of a token's time errs on the slow side. */
constexpr double kBytesPerMillisecond = 4e6;
/** A token this many times slower than the best is waiting rather than computing. */
constexpr double kContended = 4;
/** Below this a token is fast enough in any case. */
constexpr double kNoticeableMs = 40;
/** Batches up to this size are timed: bound by memory like a single token or, with slow kernels, as slow as their tokens one by one. */
constexpr int kTokenLike = 4;
/** Batches from this size on gain from more threads even in small models. */
constexpr int kBatchLike = 32;
constexpr std::chrono::seconds kSinglePause{5};
/** The load is sampled at most this often. */
constexpr std::chrono::milliseconds kSampleEvery{100};
/**
 * A brief burst takes no core: the editor's server that has just asked, a garbage collection, a keystroke. Because of those, a whole prompt
 * used to be read on one of two cores, at two places in five. A process that really computes shows up in every sample.
 */
constexpr int kLooks = 5;
constexpr std::chrono::milliseconds kBetweenLooks{1};
/** Tokens of a prompt to read with fewer threads before checking whether the load has gone. */
constexpr int kHeldBack = 64;
/** A smaller rest joins them: few tokens use other kernels, and results must not depend on how busy the machine is. */
constexpr int kLeastRest = 32;

}  // namespace

int runnable_threads() {
  std::ifstream stat("/proc/stat");
  std::string key;
  while (stat >> key) {
    if (key == "procs_running") {
      int count = 0;
      stat >> count;
      return count;
    }
    stat.ignore(4096, '\n');
  }
  return 0;
}

ThreadGovernor::ThreadGovernor(int token_threads, int batch_threads, uint64_t weight_bytes, std::function<int()> runnable, int cores)
    : runnable_(std::move(runnable)),
      cores_(std::max(1, cores > 0 ? cores : static_cast<int>(std::thread::hardware_concurrency()))),
      token_threads_(std::min(token_threads, cores_)),
      batch_threads_(std::min(batch_threads, cores_)),
      current_(token_threads_),
      free_cores_(batch_threads_),
      best_token_ms_(weight_bytes / kBytesPerMillisecond) {}

int ThreadGovernor::threads(int tokens) {
  const int most = tokens < kBatchLike ? token_threads_ : batch_threads_;
  if (most == 1) return current_ = 1;
  const auto now = Clock::now();
  if (now < single_until_) return current_ = 1;
  if (now - sampled_ >= kSampleEvery) {
    sampled_ = now;
    free_cores_ = free_cores(most);
  }
  return current_ = std::clamp(free_cores_, 1, most);
}

int ThreadGovernor::tokens_before_look(int tokens) {
  if (threads(tokens) == batch_threads_) return tokens;
  return tokens < kHeldBack + kLeastRest ? tokens : kHeldBack;
}

int ThreadGovernor::free_cores(int wanted) const {
  int most = 0;
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0) std::this_thread::sleep_for(kBetweenLooks);
    most = std::max(most, cores_ - std::max(0, runnable_() - 1));
    if (most >= wanted) break;
  }
  return most;
}

void ThreadGovernor::took(int tokens, double milliseconds) {
  if (current_ == 1 || tokens > kTokenLike) return;
  if (milliseconds > kNoticeableMs && milliseconds > kContended * best_token_ms_ * tokens) {
    single_until_ = Clock::now() + kSinglePause;
    return;
  }
  if (current_ == token_threads_) best_token_ms_ = std::min(best_token_ms_, milliseconds);
}

}  // namespace repotune::inference
