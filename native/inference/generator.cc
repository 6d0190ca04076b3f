#include "inference/generator.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "inference/logits.h"

namespace repotune::inference {

namespace {

/** Moves the k-th best of `tokens` to index k and returns it; the lower id wins a tie. */
llama_token nth_best(std::vector<llama_token>& tokens, int k, const float* logits) {
  const auto better = [logits](llama_token a, llama_token b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; };
  k = std::min<int>(k, static_cast<int>(tokens.size()) - 1);
  std::nth_element(tokens.begin(), tokens.begin() + k, tokens.end(), better);
  return tokens[k];
}

double log_sum_exp_of(const std::vector<llama_token>& tokens, const float* logits) {
  float largest = -INFINITY;
  for (llama_token token : tokens) largest = std::max(largest, logits[token]);
  double sum = 0;
  for (llama_token token : tokens) sum += std::exp(logits[token] - largest);
  return largest + std::log(sum);
}

}  // namespace

Choice Chooser::next(const float* logits) {
  if (!heal_.empty()) return constrained(logits);
  if (candidate_ > 0) return ranked(logits);
  const int count = vocabulary_.size();
  const llama_token token = argmax(logits, count);
  return {token, logits[token] - log_sum_exp(logits, count), true};
}

Choice Chooser::constrained(const float* logits) {
  std::vector<llama_token> allowed = vocabulary_.beginning(heal_);
  if (allowed.empty()) return {LLAMA_TOKEN_NULL, 0, false};
  const double total = log_sum_exp_of(allowed, logits);
  llama_token token = nth_best(allowed, 0, logits);
  if (candidate_ > 0 && vocabulary_.bytes(token).size() > heal_.size()) {
    // Candidates diverge at the first token that adds new text.
    std::vector<llama_token> beyond;
    std::copy_if(allowed.begin(), allowed.end(), std::back_inserter(beyond),
                 [this](llama_token t) { return vocabulary_.bytes(t).size() > heal_.size(); });
    token = nth_best(beyond, candidate_, logits);
    candidate_ = 0;
  }
  const std::string_view bytes = vocabulary_.bytes(token);
  const bool counts = bytes.size() > heal_.size();
  heal_.erase(0, std::min(bytes.size(), heal_.size()));
  return {token, logits[token] - total, counts};
}

Choice Chooser::ranked(const float* logits) {
  std::vector<llama_token> tokens;
  tokens.reserve(vocabulary_.size());
  for (llama_token token = 0; token < vocabulary_.size(); ++token) {
    if (!vocabulary_.ends(token) && !vocabulary_.bytes(token).empty()) tokens.push_back(token);
  }
  const llama_token best = argmax(logits, vocabulary_.size());
  // If an end of text is best, it is the greedy candidate: the others start at the best text token.
  const int rank = vocabulary_.ends(best) ? candidate_ - 1 : candidate_;
  candidate_ = 0;
  const llama_token token = nth_best(tokens, rank, logits);
  return {token, logits[token] - log_sum_exp(logits, vocabulary_.size()), true};
}

}  // namespace repotune::inference
