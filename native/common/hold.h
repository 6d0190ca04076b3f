#pragma once
// A gate at which computing waits while something else needs the processor, on systems that cannot suspend a process.
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace repotune {

class Hold {
 public:
  /** From any thread. */
  void set(bool held) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      held_.store(held, std::memory_order_relaxed);
    }
    freed_.notify_all();
  }

  /** Blocks while held; otherwise it costs one load. */
  void wait() {
    if (!held_.load(std::memory_order_relaxed)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    freed_.wait(lock, [&] { return !held_.load(std::memory_order_relaxed); });
  }

 private:
  std::atomic<bool> held_{false};
  std::mutex mutex_;
  std::condition_variable freed_;
};

/** This process's gate for the trainer; never destroyed, since a thread may wait there while the process exits. */
inline Hold& hold() {
  static Hold* const one = new Hold;
  return *one;
}

}  // namespace repotune
