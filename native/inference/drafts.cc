#include "inference/drafts.h"

#include <algorithm>

namespace repotune::inference {

namespace {

/** A single token is taken for the place so many tokens behind the departure at most; of more in a row the nearest occurrence is. */
constexpr size_t kNear = 8;
/** Longer repetitions tell no more about the place. */
constexpr size_t kLongest = 6;

}  // namespace

void Drafts::begin(std::vector<llama_token> tokens) {
  tokens_ = std::move(tokens);
  at_ = 0;
  // The first tokens of a region are rarely changed.
  agreed_ = kSteady;
  departed_at_ = 0;
  since_.clear();
  lost_ = false;
}

void Drafts::push(llama_token token) {
  if (tokens_.empty()) return;
  if (!lost_ && at_ < tokens_.size() && tokens_[at_] == token) {
    ++at_;
    if (++agreed_ >= kSteady) {
      since_.clear();
    } else {
      since_.push_back(token);
    }
    return;
  }
  // A place that was just found, and is wrong, is no new departure.
  if (steady()) {
    departed_at_ = at_;
    since_.clear();
  }
  agreed_ = 0;
  since_.push_back(token);
  find_again();
}

void Drafts::find_again() {
  lost_ = true;
  size_t best = 0;
  // `end`: behind the draft's token that would be the last one written.
  for (size_t end = departed_at_ + 1; end <= tokens_.size(); ++end) {
    const size_t most = std::min({kLongest, since_.size(), end - departed_at_});
    size_t length = 0;
    while (length < most && tokens_[end - 1 - length] == since_[since_.size() - 1 - length]) ++length;
    if (length <= best || (length == 1 && end - departed_at_ > kNear)) continue;
    best = length;
    at_ = end;
    lost_ = false;
  }
  agreed_ = best;
}

std::vector<llama_token> Drafts::next(size_t most) const {
  if (lost_ || at_ >= tokens_.size()) return {};
  const auto from = tokens_.begin() + static_cast<std::ptrdiff_t>(at_);
  return {from, from + static_cast<std::ptrdiff_t>(std::min(most, tokens_.size() - at_))};
}

}  // namespace repotune::inference
