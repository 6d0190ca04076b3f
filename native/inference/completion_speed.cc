#include "inference/completion_speed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <vector>

#include "common/errors.h"
#include "common/random.h"
#include "inference/contexts.h"
#include "inference/logits.h"

namespace repotune::inference {

namespace {

/** Tokens that a completion reads that are not in the KV cache, and tokens it writes. */
constexpr int kRead = 64, kWritten = 16;
constexpr uint32_t kContext = 4 * (kRead + kWritten);
/** Limit for the first pass, which compiles kernels; a slower device is not waited for. */
constexpr double kMostSeconds = 30;
/** Rounding to half precision, or to eight bits, makes a few hundredths; a driver that computes something else, about 1. */
constexpr double kMostDifference = 0.3;

/** Logits after the prompt and after the last token, which different kernels compute; empty if there was no time. */
struct Answer {
  std::vector<float> read, written;
};

/** Time of one completion with tokens drawn by `seed`; infinite if it takes longer than `most`. */
double seconds_of(Context& context, int vocabulary_size, uint64_t seed, double most, Answer& answer) {
  const auto token = [&](int i) {
    return static_cast<llama_token>(mix64(seed * kContext + static_cast<uint64_t>(i)) % static_cast<uint64_t>(vocabulary_size));
  };
  std::vector<llama_token> prompt(kRead);
  for (int i = 0; i < kRead; ++i) prompt[i] = token(i);
  Interrupt interrupt;
  interrupt.start(std::min(most, kMostSeconds) * 1000);
  const auto from = Interrupt::Clock::now();
  constexpr double kTooLong = std::numeric_limits<double>::infinity();
  if (context.evaluate(prompt, interrupt).outcome == Context::Outcome::interrupted) return kTooLong;
  answer.read.assign(context.logits(-1), context.logits(-1) + vocabulary_size);
  for (int i = 0; i < kWritten; ++i) {
    const llama_token next = token(kRead + i);
    if (interrupt.raised() || context.append(&next, 1, interrupt) == Context::Outcome::interrupted) return kTooLong;
  }
  answer.written.assign(context.logits(0), context.logits(0) + vocabulary_size);
  return std::chrono::duration<double>(Interrupt::Clock::now() - from).count();
}

/** Throws FaultyDevice if what a device answered is not what the CPU did. */
void compare(const Answer& expected, const Answer& found) {
  const auto same = [](const std::vector<float>& e, const std::vector<float>& f) {
    return e.empty() || f.empty() || difference_of(e.data(), f.data(), static_cast<int>(e.size())) < kMostDifference;
  };
  if (!same(expected.read, found.read) || !same(expected.written, found.written))
    throw FaultyDevice("it computes other probabilities than the CPU: its driver may be faulty, update it");
}

/** `device`: null for the CPU, whose answer to the first prompt is stored; a device's is compared with it. */
double seconds_on(const std::string& model_path, ggml_backend_dev_t device, double most, Answer& expected) {
  const auto model = std::make_shared<Model>(model_path, device ? ggml_backend_dev_name(device) : "cpu");
  ContextOptions options{};
  options.context_tokens = kContext;
  Context context(model, options, {}, false);
  const int vocabulary_size = model->vocabulary().size();
  Answer found, second;
  const double first = seconds_of(context, vocabulary_size, 0, kMostSeconds, found);
  if (device)
    compare(expected, found);
  else
    expected = found;
  return std::isfinite(first) ? seconds_of(context, vocabulary_size, 1, most, second) : first;
}

std::string without_room(ggml_backend_dev_t device, size_t needed) {
  size_t free_bytes = 0;
  size_t total_bytes = 0;
  ggml_backend_dev_memory(device, &free_bytes, &total_bytes);
  if (total_bytes == 0 || free_bytes >= needed) return "";  // both zero: the driver does not say
  return format("the model needs %.2f GB there, and %.2f GB is free", static_cast<double>(needed) / 1e9,
                static_cast<double>(free_bytes) / 1e9);
}

}  // namespace

size_t device_bytes(size_t tensor_bytes) { return tensor_bytes + tensor_bytes / 4; }

std::vector<Timed> time_completions(const std::string& model_path, const std::vector<ggml_backend_dev_t>& devices) {
  const size_t needed = device_bytes(check_gguf(model_path, "model").tensor_bytes);
  std::vector<Timed> all;
  double best = std::numeric_limits<double>::infinity();
  Answer expected;
  const auto time = [&](ggml_backend_dev_t device) {
    Timed timed{device ? ggml_backend_dev_name(device) : "CPU", device ? ggml_backend_dev_description(device) : "CPU", 0, "", ""};
    if (device) timed.reason = without_room(device, needed);
    if (timed.reason.empty()) {
      try {
        const double seconds = seconds_on(model_path, device, best, expected);
        best = std::min(best, seconds);
        if (std::isfinite(seconds))
          timed.tokens_per_second = (kRead + kWritten) / seconds;
        else
          timed.reason = "slower than the fastest";
      } catch (const UserError& error) {
        timed.reason = error.what();
        timed.faulty = dynamic_cast<const FaultyDevice*>(&error) != nullptr;
      }
    }
    all.push_back(timed);
  };
  // The CPU first, so that there are never two copies of the model in memory and a slow device is abandoned early.
  time(nullptr);
  for (ggml_backend_dev_t device : devices) time(device);
  return all;
}

}  // namespace repotune::inference
