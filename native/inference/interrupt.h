#pragma once
// Why a running call must end early.
#include <atomic>
#include <chrono>
#include <optional>

namespace repotune::inference {

class Interrupt {
 public:
  using Clock = std::chrono::steady_clock;

  /** `deadline_ms` < 0: none. */
  void start(double deadline_ms) {
    if (deadline_ms >= 0) {
      deadline_ = Clock::now() + std::chrono::microseconds(static_cast<int64_t>(deadline_ms * 1000));
    }
  }
  /** From any thread. */
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  bool late() const { return deadline_ && Clock::now() >= *deadline_; }
  bool raised() const { return cancelled() || late(); }

 private:
  std::atomic<bool> cancelled_{false};
  std::optional<Clock::time_point> deadline_;
};

}  // namespace repotune::inference
