#include "trainer/fastest.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/errors.h"
#include "common/random.h"

namespace repotune {

namespace {

/** Enough for a GPU's products to be wide, little enough for a large model. */
constexpr int64_t kTokens = 512;
/** Of these the loss and its gradient are compared: few enough for a slow CPU. */
constexpr size_t kCompared = 32;
/** Rounding to half precision, or to eight bits, changes a loss by a hundredth at most; a driver that computes something else, by far more. */
constexpr double kMostOfLoss = 0.05;
/** Of the norm of the CPU's. Rounding makes at most a third, where the CPU's kernels have seven bits; a gradient of zeros, 1. */
constexpr double kMostOfGradient = 0.6;
/** Time limit per step: a slower device, or CPU, is not waited for. */
constexpr double kMostSeconds = 60;

std::vector<Row> short_step(const Trainer& trainer) {
  std::vector<Row> rows;
  const int64_t tokens = std::min(kTokens, trainer.longest_sequence());
  for (int64_t at = 0; at < kTokens; at += tokens) {
    Row row{std::vector<int32_t>((size_t)tokens), {0}, std::vector<float>((size_t)tokens, 1.0f)};
    for (size_t i = 0; i < row.tokens.size(); i++) row.tokens[i] = (int32_t)(mix64((uint64_t)at + i) % (uint64_t)trainer.model().n_vocab);
    rows.push_back(std::move(row));
  }
  return rows;
}

/** Cancels the trainer's call if it takes longer. */
class Deadline {
 public:
  Deadline(Trainer& trainer, double seconds)
      : thread_([this, &trainer, seconds] {
          std::unique_lock<std::mutex> lock(mutex_);
          if (!done_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return over_; })) trainer.cancel();
        }) {}
  ~Deadline() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      over_ = true;
    }
    done_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

/** Time of the gradients of `rows`; infinite if they take longer than `most`. */
double seconds_of(Trainer& trainer, const std::vector<Row>& rows, double most) {
  // A device may have failed after its deadline, which stays set.
  trainer.rearm();
  const auto from = std::chrono::steady_clock::now();
  try {
    const Deadline deadline(trainer, most);
    trainer.gradients(rows);
  } catch (const Cancelled&) {
    trainer.rearm();
    return INFINITY;
  }
  trainer.rearm();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

/** What a trainer computes for the beginning of `row`; no gradient if it takes longer than kMostSeconds. */
Sample sample_of(Trainer& trainer, Row row) {
  row.tokens.resize(std::min(row.tokens.size(), kCompared));
  row.loss_weights.resize(row.tokens.size());
  trainer.rearm();
  Sample sample;
  try {
    const Deadline deadline(trainer, kMostSeconds);
    // By itself: where only the gradient diverges, the loss shall not be blamed.
    const Evaluation found = trainer.evaluate({row});
    sample.loss = found.nll / (double)found.loss_tokens;
    trainer.gradients({row});
    sample.gradient = trainer.gradient();
  } catch (const Cancelled&) {
  } catch (const Diverged&) {
    if (!trainer.device()) throw;
    sample.gradient = trainer.gradient();
  }
  trainer.rearm();
  return sample;
}

/** The first pass, not timed. */
void compile(Trainer& trainer, const std::vector<Row>& rows) {
  try {
    seconds_of(trainer, rows, kMostSeconds);
  } catch (const Diverged&) {
    // The comparison with the CPU says whose fault it is.
  }
}

}  // namespace

void check_computed(const Sample& expected, const Sample& found) {
  if (expected.gradient.empty() || found.gradient.empty()) return;
  if (!(std::fabs(found.loss / expected.loss - 1) <= kMostOfLoss))
    throw FaultyDevice(
        format("it computes a loss of %.3f where the CPU's is %.3f: its driver may be faulty, update it", found.loss, expected.loss));
  double difference = 0, norm = 0;
  for (size_t i = 0; i < expected.gradient.size(); i++) {
    const double e = expected.gradient[i], f = found.gradient[i];
    difference += (f - e) * (f - e);
    norm += e * e;
  }
  if (!(difference <= kMostOfGradient * kMostOfGradient * norm)) {
    const std::string how = std::isfinite(difference) ? format("they differ by %.0f %%", 100 * std::sqrt(difference / norm)) : "no numbers";
    throw FaultyDevice(format("it computes other gradients than the CPU (%s): its driver may be faulty, update it", how.c_str()));
  }
}

std::vector<Timed> time_steps(Trainer& trainer, const std::vector<ggml_backend_dev_t>& devices) {
  std::vector<Timed> all;
  double best = kMostSeconds;
  Sample expected;
  try {
    trainer.use(nullptr);
    expected = sample_of(trainer, short_step(trainer)[0]);
  } catch (const UserError&) {
    // Its own turn says why.
  }
  const auto time = [&](ggml_backend_dev_t device) {
    Timed timed{device ? ggml_backend_dev_name(device) : "CPU", device ? ggml_backend_dev_description(device) : "CPU", 0, "", ""};
    try {
      trainer.use(device);
      const auto rows = short_step(trainer);
      if (device) timed.plan = device::describe(trainer.device()->plan());
      if (device) compile(trainer, rows);
      // What a faulty driver computes must not be chosen for its speed.
      if (device) check_computed(expected, sample_of(trainer, rows[0]));
      const double seconds = seconds_of(trainer, rows, best);
      if (std::isfinite(seconds)) {
        timed.tokens_per_second = (double)(rows.size() * rows[0].tokens.size()) / seconds;
        best = std::min(best, seconds);
      } else {
        timed.reason = "slower than the fastest";
      }
    } catch (const UserError& error) {
      timed.reason = error.what();
      timed.faulty = dynamic_cast<const FaultyDevice*>(&error) != nullptr;
    }
    all.push_back(timed);
  };
  for (ggml_backend_dev_t device : devices) time(device);
  time(nullptr);
  return all;
}

}  // namespace repotune
