#pragma once
// Chooses tokens: greedy, constrained to reproduce the healed text first, with the k-th best where candidates diverge.
#include <llama.h>

#include <string>
#include <string_view>

#include "inference/vocabulary.h"

namespace repotune::inference {

struct Choice {
  llama_token token;
  /** Natural log; among the tokens that the healed text allows. */
  double log_probability;
  /** Whether it contributes text after the healed part. */
  bool counts;
};

class Chooser {
 public:
  Chooser(const Vocabulary& vocabulary, std::string heal, int candidate)
      : vocabulary_(vocabulary), heal_(std::move(heal)), candidate_(candidate) {}

  /** The next token given `logits` [vocabulary]; LLAMA_TOKEN_NULL when no token can spell the healed text. */
  Choice next(const float* logits);
  /** Whether the choice is plain argmax from here on. */
  bool plain() const { return heal_.empty() && candidate_ == 0; }

 private:
  Choice constrained(const float* logits);
  Choice ranked(const float* logits);

  const Vocabulary& vocabulary_;
  /** The part of the healed text still to be reproduced. */
  std::string heal_;
  int candidate_;
};

}  // namespace repotune::inference
