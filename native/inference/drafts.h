#pragma once
// Guesses the next tokens from a text that is mostly written again: the lines of a region that is being edited. Where the model writes
// something else, the place is found again at which it goes on with the text.
#include <llama.h>

#include <vector>

namespace repotune::inference {

class Drafts {
 public:
  /** `tokens`: of the text that is expected to be repeated; none where nothing is. */
  void begin(std::vector<llama_token> tokens);
  /** A token was generated. */
  void push(llama_token token);
  /** What probably follows, at most `most` tokens; empty where the place is lost, or the text has ended. */
  std::vector<llama_token> next(size_t most) const;
  /** Whether the last few tokens were all as drafted: the next ones will be too. */
  bool steady() const { return agreed_ >= kSteady; }

 private:
  /** Tokens as drafted after which the place found is taken for right. */
  static constexpr size_t kSteady = 4;

  /** Looks, behind the token at which the model departed, for what it wrote last. */
  void find_again();

  std::vector<llama_token> tokens_;
  /** Index in `tokens_` of what is expected next. */
  size_t at_ = 0;
  /** Tokens in a row that came as drafted. */
  size_t agreed_ = 0;
  /** Where the model departed from the text, and what it wrote since. */
  size_t departed_at_ = 0;
  std::vector<llama_token> since_;
  bool lost_ = false;
};

}  // namespace repotune::inference
