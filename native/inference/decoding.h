#pragma once
// The generation of one completion: chooses, speculates, verifies, and stops.
#include <functional>
#include <string>

#include "inference/contexts.h"
#include "inference/generator.h"
#include "inference/speculation.h"
#include "inference/text_output.h"

namespace repotune::inference {

enum class StopReason { end_of_text, stop_text, max_tokens, deadline, cancelled, unsure };

struct Decoded {
  StopReason stop_reason = StopReason::max_tokens;
  std::vector<double> log_probabilities;
  /** Of the same tokens: bytes of the text by the end of each. */
  std::vector<size_t> ends;
  /** Forward passes of the model, of whatever size. */
  int passes = 0;
};

class Decoding {
 public:
  /**
   * `speculation`: null for plain decoding. `always_speculate`: even if it does not pay. `least_probability`: a token below it ends the
   * generation.
   */
  Decoding(Context& context, const Vocabulary& vocabulary, Chooser chooser, TextOutput& output, Speculation* speculation,
           bool always_speculate, double least_probability, const Interrupt& interrupt, std::function<void(const std::string&)> on_text);

  /** Generates starting from the context's last logits. */
  Decoded run(int max_tokens);

 private:
  /** Appends a choice to the text; false if generation ends with it. */
  bool accept(const Choice& choice);
  /** Evaluates `pending_` with a guess of what follows, and accepts what proves right; false if generation ends. */
  bool advance();
  /** Generation ends at this close call whichever of the two wins, so nothing needs to be re-evaluated. */
  bool too_unsure(const float* close) const;
  /** As Context::append. */
  Context::Outcome append(const std::vector<llama_token>& tokens);
  /** Re-evaluates the cache as token-by-token decoding would. False if interrupted. */
  bool evaluate_exactly();
  bool end(StopReason reason);
  bool interrupted();

  Context& context_;
  const Vocabulary& vocabulary_;
  Chooser chooser_;
  TextOutput& output_;
  Speculation* speculation_;
  bool always_speculate_;
  double least_probability_;
  const Interrupt& interrupt_;
  std::function<void(const std::string&)> on_text_;
  int max_tokens_ = 0;
  /** Cached tokens up to here are exactly as after token-by-token decoding. */
  size_t exact_ = 0;
  /** Accepted, but not yet evaluated. */
  llama_token pending_ = LLAMA_TOKEN_NULL;
  Decoded decoded_;
};

}  // namespace repotune::inference
