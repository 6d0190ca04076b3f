#include "inference/decoding.h"

#include <cmath>

#include "inference/logits.h"

namespace repotune::inference {

namespace {

/**
 * A batch and single tokens give keys, values and logits that differ by rounding (largest logit difference measured on the bundled model:
 * 0.01). If the two best are closer than this, everything evaluated in batches is re-evaluated token by token, so that speculation never
 * changes a choice.
 */
constexpr float kCloseCall = 0.05f;
/** The better of two that close has a probability of at most 0.51, even after re-evaluation. */
constexpr double kMoreThanCloseCall = 0.55;

bool close_call(const float* logits, int count) {
  const llama_token best = argmax(logits, count);
  for (int i = 0; i < count; ++i) {
    if (i != best && logits[best] - logits[i] < kCloseCall) return true;
  }
  return false;
}

}  // namespace

Decoding::Decoding(Context& context, const Vocabulary& vocabulary, Chooser chooser, TextOutput& output, Speculation* speculation,
                   bool always_speculate, double least_probability, const Interrupt& interrupt,
                   std::function<void(const std::string&)> on_text)
    : context_(context),
      vocabulary_(vocabulary),
      chooser_(std::move(chooser)),
      output_(output),
      speculation_(speculation),
      always_speculate_(always_speculate),
      least_probability_(least_probability),
      interrupt_(interrupt),
      on_text_(std::move(on_text)) {}

Decoded Decoding::run(int max_tokens) {
  max_tokens_ = max_tokens;
  exact_ = context_.cached().size();
  if (max_tokens > 0 && accept(chooser_.next(context_.logits(-1)))) {
    while (advance()) {
    }
  }
  return std::move(decoded_);
}

bool Decoding::end(StopReason reason) {
  decoded_.stop_reason = reason;
  return false;
}

bool Decoding::accept(const Choice& choice) {
  if (choice.token == LLAMA_TOKEN_NULL || vocabulary_.ends(choice.token)) return end(StopReason::end_of_text);
  if (choice.counts) {
    decoded_.log_probabilities.push_back(choice.log_probability);
    decoded_.ends.push_back(output_.size());
    if (std::exp(choice.log_probability) < least_probability_) return end(StopReason::unsure);
  }
  if (speculation_) speculation_->push(choice.token);
  pending_ = choice.token;
  const TextOutput::State state = output_.push(vocabulary_.bytes(choice.token));
  if (choice.counts) decoded_.ends.back() = output_.size();
  if (const std::string fresh = output_.take(); on_text_ && !fresh.empty()) on_text_(fresh);
  if (state == TextOutput::State::stopped) return end(StopReason::stop_text);
  if (state == TextOutput::State::invalid) return end(StopReason::end_of_text);
  if (static_cast<int>(decoded_.log_probabilities.size()) >= max_tokens_) return end(StopReason::max_tokens);
  return true;
}

bool Decoding::advance() {
  if (interrupt_.raised()) return interrupted();
  std::vector<llama_token> batch{pending_};
  if (speculation_ && chooser_.plain()) {
    const std::vector<llama_token> guess = speculation_->guess(always_speculate_);
    batch.insert(batch.end(), guess.begin(), guess.end());
    const size_t most = std::min<size_t>(context_.outputs_max(), max_tokens_ - decoded_.log_probabilities.size());
    if (batch.size() > most) batch.resize(most);
  }
  const int guessed = static_cast<int>(batch.size()) - 1;
  const size_t start = context_.cached().size();
  const bool exact = guessed == 0 && start == exact_;
  const auto begun = Interrupt::Clock::now();
  const auto judge = [&](int right) {
    if (speculation_)
      speculation_->judged(guessed, right, std::chrono::duration<double, std::milli>(Interrupt::Clock::now() - begun).count());
  };
  if (append(batch) == Context::Outcome::interrupted) return interrupted();
  if (exact) ++exact_;
  for (int right = 0;; ++right) {
    const float* logits = context_.logits(right);
    if (!exact && close_call(logits, vocabulary_.size()) && !too_unsure(logits)) {
      context_.truncate(start + right + 1);
      if (!evaluate_exactly()) return interrupted();
      // Re-evaluation is part of the cost of a guess.
      judge(right);
      return accept(chooser_.next(context_.logits(0)));
    }
    const Choice choice = chooser_.next(logits);
    if (right == guessed || choice.token != batch[right + 1]) {
      judge(right);
      context_.truncate(start + right + 1);
      return accept(choice);
    }
    if (!accept(choice)) return false;
  }
}

bool Decoding::too_unsure(const float* close) const {
  return chooser_.plain() && least_probability_ > kMoreThanCloseCall && !vocabulary_.ends(argmax(close, vocabulary_.size()));
}

Context::Outcome Decoding::append(const std::vector<llama_token>& tokens) {
  ++decoded_.passes;
  return context_.append(tokens.data(), static_cast<int>(tokens.size()), interrupt_);
}

bool Decoding::evaluate_exactly() {
  const std::vector<llama_token> again(context_.cached().begin() + static_cast<std::ptrdiff_t>(exact_), context_.cached().end());
  context_.truncate(exact_);
  for (llama_token token : again) {
    if (append({token}) == Context::Outcome::interrupted) return false;
    ++exact_;
  }
  return true;
}

bool Decoding::interrupted() { return end(interrupt_.cancelled() ? StopReason::cancelled : StopReason::deadline); }

}  // namespace repotune::inference
