#pragma once
// Guesses the next tokens from a text that is mostly repeated: the lines of a region being edited. Where the model departs from the text,
// finds the position at which it rejoins it.
#include <llama.h>

#include <vector>

namespace repotune::inference {

class Drafts {
 public:
  /** `tokens`: the text expected to be repeated; empty if none. */
  void begin(std::vector<llama_token> tokens);
  /** A token was generated. */
  void push(llama_token token);
  /** What probably follows, at most `most` tokens; empty if the position is lost or the text has ended. */
  std::vector<llama_token> next(size_t most) const;
  /** Whether the last few tokens were all as drafted: then the next ones probably are too. */
  bool steady() const { return agreed_ >= kSteady; }

 private:
  /** Number of tokens as drafted that confirm a position. */
  static constexpr size_t kSteady = 4;

  /** Looks, after the token at which the model departed, for what it wrote last. */
  void find_again();

  std::vector<llama_token> tokens_;
  /** Index in `tokens_` of what is expected next. */
  size_t at_ = 0;
  /** Tokens in a row that came as drafted. */
  size_t agreed_ = 0;
  /** Where the model departed from the text, and what it has written since. */
  size_t departed_at_ = 0;
  std::vector<llama_token> since_;
  bool lost_ = false;
};

}  // namespace repotune::inference
