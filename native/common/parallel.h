#pragma once
// A pool of worker threads for the trainer's parallel regions.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/buffer.h"
#include "common/hold.h"

namespace repotune {

/**
 * Runs a function on every thread at once and waits for all of them. The caller is thread 0. Workers spin for a few microseconds between
 * regions (a block has some thirty short ones) and then sleep: a spinning pool beside another busy process starves both.
 */
class Pool {
 public:
  /** Throws std::system_error if the system has no more threads. */
  explicit Pool(int threads) : size_(threads < 1 ? 1 : threads) {
    try {
      for (int i = 1; i < size_; i++) workers_.emplace_back([this, i] { work(i); });
    } catch (...) {
      stop();
      throw;
    }
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { stop(); }

  int size() const { return size_; }
  /** Data that all threads read across regions: owned by the pool, since its caller may be a different thread each time. */
  Buffer& shared() { return shared_; }

  /** fn(ith, nth) on every thread. The first exception, such as bad_alloc, is rethrown once all have ended. */
  void run(const std::function<void(int ith, int nth)>& fn) {
    hold().wait();
    if (size_ == 1) return fn(0, 1);
    std::exception_ptr error;
    const auto attempt = [&](int ith, int nth) {
      try {
        fn(ith, nth);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error) error = std::current_exception();
      }
    };
    const std::function<void(int, int)> attempted = std::cref(attempt);  // a reference: nothing is allocated
    pending_.store(size_ - 1, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      fn_ = &attempted;
      epoch_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    attempt(0, size_);
    for (int spins = 0; pending_.load(std::memory_order_acquire) != 0; spins++) {
      if (spins > kSpins) std::this_thread::yield();
    }
    if (error) std::rethrow_exception(error);
  }

  /** fn(item, ith) for every item, handed out one by one: for items of unequal cost whose results do not depend on the thread. */
  void for_each(int64_t items, const std::function<void(int64_t item, int ith)>& fn) {
    std::atomic<int64_t> next{0};
    run([&](int ith, int) {
      for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < items;) fn(i, ith);
    });
  }

 private:
  static constexpr int kSpins = 4000;

  void stop() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
      epoch_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker.join();
  }

  void work(int ith) {
    uint64_t seen = 0;
    for (;;) {
      for (int spins = 0; epoch_.load(std::memory_order_acquire) == seen && spins < kSpins; spins++) {
      }
      if (epoch_.load(std::memory_order_acquire) == seen) {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return epoch_.load(std::memory_order_relaxed) != seen; });
      }
      seen = epoch_.load(std::memory_order_acquire);
      if (stop_) return;
      (*fn_)(ith, size_);
      pending_.fetch_sub(1, std::memory_order_release);
    }
  }

  const int size_;
  Buffer shared_;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> epoch_{0};
  std::atomic<int> pending_{0};
  const std::function<void(int, int)>* fn_ = nullptr;
  bool stop_ = false;
};

/** Number of blocks of `unit` that `n` items fill, the last perhaps partially. */
inline int64_t blocks_of(int64_t n, int64_t unit) { return (n + unit - 1) / unit; }

/** The part [begin, end) of `count` that thread `ith` of `nth` takes, in multiples of `grain`. */
struct Range {
  int64_t begin, end;
};
inline Range split(int64_t count, int ith, int nth, int64_t grain = 1) {
  const int64_t units = blocks_of(count, grain);
  const int64_t begin = units * ith / nth * grain, end = units * (ith + 1) / nth * grain;
  return {begin < count ? begin : count, end < count ? end : count};
}

/** fn(begin, end) over `count` items, split between the threads. */
template <typename Fn>
void over(Pool& pool, int64_t count, Fn fn) {
  pool.run([&](int ith, int nth) {
    const Range part = split(count, ith, nth);
    if (part.end > part.begin) fn(part.begin, part.end);
  });
}

}  // namespace repotune
