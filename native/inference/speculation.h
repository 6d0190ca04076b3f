#pragma once
// Guesses the next tokens without a draft model: what followed the same few tokens earlier, in the prompt, in what was generated, in recent
// completions, or in other text of the request (prompt lookup decoding, Saxena 2023); and first of all, drafts that the request supplies. A
// guess is verified by evaluating it in one batch with the token before it. The length that pays is learned at run time: a batch of six
// takes a large model little longer than one token (it is memory-bound), a very small one five times as long (measured).
#include <llama.h>

#include <array>
#include <deque>
#include <vector>

#include "inference/drafts.h"

namespace repotune::inference {

class Speculation {
 public:
  /** Starts a completion after `prompt`; `beside`: more text to search for repetitions; `drafts`: the expected text. */
  void begin(const std::vector<llama_token>& prompt, const std::vector<llama_token>& beside, std::vector<llama_token> drafts);
  /** A token was generated. */
  void push(llama_token token) {
    text_.push_back(token);
    drafts_.push(token);
  }
  /** The tokens that probably follow, as many as pay; often none. With `always`, even if they do not pay. */
  std::vector<llama_token> guess(bool always);
  /** Reports the outcome of the last guess of `guessed` tokens (0: there was none): how many were right, and the time taken. */
  void judged(int guessed, int right, double milliseconds);
  /** Ends the completion: its tokens are remembered for later ones. */
  void end();

 private:
  /** How reliable a guess is: each kind's share of right tokens is learned separately. */
  enum Kind { after_short, after_long, drafted_again, drafted_steadily, kinds };

  /** `tokens`, or as many of them as pay. */
  std::vector<llama_token> worth(std::vector<llama_token> tokens, Kind kind, bool always);
  std::vector<llama_token> found(size_t match) const;
  size_t paying(size_t most, double right_share) const;

  std::vector<llama_token> text_;
  size_t prompt_length_ = 0;
  std::vector<llama_token> beside_;
  std::deque<std::vector<llama_token>> recent_;
  Drafts drafts_;
  /** Recent share of guessed tokens that were right. */
  std::array<double, kinds> right_share_{0.6, 0.8, 0.7, 0.95};
  /** The last guess's kind. */
  Kind kind_ = after_short;
  /** Time of a step without a guess. */
  double single_ms_ = 0;
  /** Cost of one more token in a batch, in such steps. */
  double extra_ = 0.25;
  int unpaid_ = 0;
};

}  // namespace repotune::inference
