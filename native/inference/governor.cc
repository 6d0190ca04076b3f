#include "inference/governor.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

namespace repotune::inference {

namespace {

/** Memory bandwidth that any machine has: the guess of a token's time is on the slow side. */
constexpr double kBytesPerMillisecond = 4e6;
/** A token this many times slower than the best is no longer computing but waiting. */
constexpr double kContended = 4;
/** Below this a token is quick enough whatever the reason. */
constexpr double kNoticeableMs = 40;
/** Batches up to this size take about as long as one token (they wait for memory). */
constexpr int kTokenLike = 4;
constexpr std::chrono::seconds kSinglePause{5};
/** The load is sampled this often at most. */
constexpr std::chrono::milliseconds kSampleEvery{100};

/** Threads of all processes that run or want to, this one included; 0 where the system does not tell (other than Linux). */
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

}  // namespace

ThreadGovernor::ThreadGovernor(int most_threads, uint64_t weight_bytes) : most_(most_threads), current_(most_threads), best_token_ms_(weight_bytes / kBytesPerMillisecond) {}

int ThreadGovernor::threads() {
    if (most_ == 1) return 1;
    const auto now = Clock::now();
    if (now < single_until_) return current_ = 1;
    if (now - sampled_ >= kSampleEvery) {
        sampled_ = now;
        const int cores = static_cast<int>(std::thread::hardware_concurrency());
        const int others = std::max(0, runnable_threads() - 1);
        current_ = std::clamp(cores - others, 1, most_);
    }
    return current_;
}

void ThreadGovernor::took(int tokens, double milliseconds) {
    if (current_ == 1 || tokens > kTokenLike) return;
    if (milliseconds > kNoticeableMs && milliseconds > kContended * best_token_ms_) {
        single_until_ = Clock::now() + kSinglePause;
        return;
    }
    if (current_ == most_) best_token_ms_ = std::min(best_token_ms_, milliseconds);
}

}  // namespace repotune::inference
