#include "inference/speculation.h"

#include <algorithm>

namespace repotune::inference {

namespace {

/** Tokens that must repeat to make a guess; shorter repetitions are wrong too often to pay off. */
constexpr size_t kLongMatch = 4;
constexpr size_t kShortMatch = 2;
/** Repetitions rarely go on for longer. */
constexpr size_t kMostGuessed = 5;
/** Drafts do run longer. With a large vocabulary, a batch holds the logits of about this many tokens. */
constexpr size_t kMostDrafted = 24;
constexpr size_t kRecentCompletions = 32;
/** Weight of the latest observation in the running averages. */
constexpr double kForget = 0.1;
/** Even when guesses do not pay, one in so many is tried: load and text change. */
constexpr int kTryAgain = 64;

using Tokens = std::vector<llama_token>;

/** What follows the last occurrence of `text`'s last `match` tokens within `where` before `end`. */
Tokens after_last(const Tokens& where, size_t end, const Tokens& text, size_t match) {
  if (text.size() < match) return {};
  const auto key = text.end() - static_cast<std::ptrdiff_t>(match);
  for (size_t at = end; at >= match + 1; --at) {
    const auto begin = where.begin() + static_cast<std::ptrdiff_t>(at - 1 - match);
    if (std::equal(key, text.end(), begin)) {
      const auto from = begin + static_cast<std::ptrdiff_t>(match);
      return Tokens(from, from + static_cast<std::ptrdiff_t>(std::min<size_t>(kMostGuessed, where.end() - from)));
    }
  }
  return {};
}

}  // namespace

void Speculation::begin(const Tokens& prompt, const Tokens& beside, Tokens drafts) {
  text_ = prompt;
  drafts_.begin(std::move(drafts));
  if (beside_ != beside) beside_ = beside;
  prompt_length_ = prompt.size();
}

Tokens Speculation::found(size_t match) const {
  // Stops before the last token, so that something follows the match.
  Tokens tokens = after_last(text_, text_.size(), text_, match);
  for (auto it = recent_.begin(); tokens.empty() && it != recent_.end(); ++it) tokens = after_last(*it, it->size(), text_, match);
  return tokens.empty() ? after_last(beside_, beside_.size(), text_, match) : tokens;
}

Tokens Speculation::guess(bool always) {
  Tokens drafted = drafts_.next(kMostDrafted);
  if (!drafted.empty()) return worth(std::move(drafted), drafts_.steady() ? drafted_steadily : drafted_again, always);
  for (size_t match = kLongMatch; match >= kShortMatch; --match) {
    Tokens tokens = found(match);
    if (!tokens.empty()) return worth(std::move(tokens), match == kLongMatch ? after_long : after_short, always);
  }
  return {};
}

Tokens Speculation::worth(Tokens tokens, Kind kind, bool always) {
  kind_ = kind;
  const size_t pays = paying(tokens.size(), right_share_[kind]);
  if (pays == 0 && !always && ++unpaid_ < kTryAgain) return {};
  unpaid_ = 0;
  if (pays > 0 && !always) tokens.resize(pays);
  return tokens;
}

/** The length, at most `most`, with the most tokens per time; 0 if none beats single tokens. */
size_t Speculation::paying(size_t most, double right_share) const {
  size_t best = 0;
  double best_rate = 1, tokens = 1, chance = 1;
  for (size_t length = 1; length <= most; ++length) {
    chance *= right_share;
    tokens += chance;
    const double rate = tokens / (1 + extra_ * static_cast<double>(length));
    if (rate > best_rate) {
      best_rate = rate;
      best = length;
    }
  }
  return best;
}

void Speculation::judged(int guessed, int right, double milliseconds) {
  if (guessed == 0) {
    single_ms_ = single_ms_ == 0 ? milliseconds : single_ms_ + kForget * (milliseconds - single_ms_);
    return;
  }
  double& share = right_share_[kind_];
  for (int i = 0; i < right; ++i) share += kForget * (1 - share);
  if (right < guessed) share -= kForget * share;
  if (single_ms_ == 0) return;
  const double extra = std::max(0.0, milliseconds / single_ms_ - 1) / guessed;
  // A step held up by another process says nothing.
  extra_ += std::min(1.0, kForget * guessed) * (std::min(extra, 2.0) - extra_);
}

void Speculation::end() {
  // Includes a few tokens before, so that its beginning can be found.
  const size_t from = prompt_length_ > kLongMatch ? prompt_length_ - kLongMatch : 0;
  recent_.emplace_front(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end());
  if (recent_.size() > kRecentCompletions) recent_.pop_back();
}

}  // namespace repotune::inference
