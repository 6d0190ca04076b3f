#include "inference/speculation.h"

#include <algorithm>

namespace repotune::inference {

namespace {

/** Tokens that must repeat for a guess; shorter repetitions are wrong too often to pay. */
constexpr size_t kLongMatch = 4;
constexpr size_t kShortMatch = 2;
/** A wrong guess costs as much as a right one gains: more than this per batch did not pay on small CPUs. */
constexpr size_t kMostGuessed = 5;
constexpr size_t kRecentCompletions = 32;
/** Below this share of right tokens only long repetitions are trusted. */
constexpr double kTrusted = 0.5;
/** Weight of the latest guess in the running share. */
constexpr double kForget = 0.1;

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

void Speculation::begin(const Tokens& prompt) {
    text_ = prompt;
    prompt_length_ = prompt.size();
}

Tokens Speculation::guess() const {
    const size_t shortest = hit_rate_ >= kTrusted ? kShortMatch : kLongMatch;
    for (size_t match = kLongMatch; match >= shortest; --match) {
        // Ends one before the last token, so that something follows.
        Tokens found = after_last(text_, text_.size(), text_, match);
        for (auto it = recent_.begin(); found.empty() && it != recent_.end(); ++it) found = after_last(*it, it->size(), text_, match);
        if (!found.empty()) return found;
    }
    return {};
}

void Speculation::judged(int guessed, int right) {
    if (guessed == 0) return;
    hit_rate_ += kForget * (static_cast<double>(right) / guessed - hit_rate_);
}

void Speculation::end() {
    // With the few tokens before, so that its beginning can be found.
    const size_t from = prompt_length_ > kLongMatch ? prompt_length_ - kLongMatch : 0;
    recent_.emplace_front(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end());
    if (recent_.size() > kRecentCompletions) recent_.pop_back();
}

}  // namespace repotune::inference
