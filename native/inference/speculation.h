#pragma once
// Guesses the next tokens without a draft model: what followed the same few tokens earlier, in the prompt, in what was
// generated, in recent completions, or in text beside the prompt (prompt lookup decoding, Saxena 2023). A guess is verified
// by evaluating it in one batch with the token before it. How long a guess pays is learned while it runs: a batch of six
// takes a large model little longer than one token (it waits for memory), a very small one five times as long (measured).
#include <llama.h>

#include <array>
#include <deque>
#include <vector>

namespace repotune::inference {

class Speculation {
 public:
  /** Starts a completion behind `prompt`; `beside`: more text in which repetitions are looked for. */
  void begin(const std::vector<llama_token>& prompt, const std::vector<llama_token>& beside);
  /** A token was generated. */
  void push(llama_token token) { text_.push_back(token); }
  /** The tokens that probably follow, as many as pay; often none. With `always` whether they pay or not. */
  std::vector<llama_token> guess(bool always);
  /** How the last guess, of `guessed` tokens (0: there was none), did: so many were right, in so much time. */
  void judged(int guessed, int right, double milliseconds);
  /** Ends the completion: its tokens are remembered for later ones. */
  void end();

 private:
  std::vector<llama_token> found(size_t match) const;
  size_t paying(size_t most, double right_share) const;

  std::vector<llama_token> text_;
  size_t prompt_length_ = 0;
  std::vector<llama_token> beside_;
  std::deque<std::vector<llama_token>> recent_;
  /** Share of guessed tokens that were right, lately: behind a short repetition, and behind a long one. */
  std::array<double, 2> right_share_{0.6, 0.8};
  /** Whether the last guess stood behind a long one. */
  bool long_ = false;
  /** Time of a step without a guess. */
  double single_ms_ = 0;
  /** What one token more in a batch costs, in such steps. */
  double extra_ = 0.25;
  int unpaid_ = 0;
};

}  // namespace repotune::inference
