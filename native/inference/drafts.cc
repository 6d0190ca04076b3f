#include "inference/drafts.h"

#include <algorithm>

namespace repotune::inference {

namespace {

/** A single matching token counts only this close after the departure; for several in a row, the nearest occurrence counts. */
constexpr size_t kNear = 8;
/** Longer matches say no more about the position. */
constexpr size_t kLongest = 6;

}  // namespace

void Drafts::begin(std::vector<llama_token> tokens) {
  tokens_ = std::move(tokens);
  at_ = 0;
  // A region's first tokens rarely change.
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
  // A wrong position that was only just found is not a new departure.
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
  // `end`: one past the draft token that would match the last one written.
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
