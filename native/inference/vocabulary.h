#pragma once
// The bytes of every token, and which tokens can begin a given text (token healing).
#include <llama.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repotune::inference {

class Vocabulary {
 public:
  explicit Vocabulary(const llama_vocab* vocab);

  int32_t size() const { return static_cast<int32_t>(bytes_.size()); }
  std::string_view bytes(llama_token token) const { return bytes_[token]; }
  /** Control tokens and ends of generation: they produce no text. */
  bool ends(llama_token token) const { return ends_[token]; }
  /** Name (as in SpecialToken of server/engine/types.ts) to id. */
  const std::map<std::string, llama_token>& special() const { return special_; }

  /** Neither parses special tokens in the text nor adds any. */
  std::vector<llama_token> tokenize(std::string_view text) const;

  /** The tokens that can begin a text starting with `text` (not empty): their bytes are a prefix of it, or it of theirs. */
  std::vector<llama_token> beginning(std::string_view text) const;

 private:
  const llama_vocab* vocab_;
  std::vector<std::string> bytes_;
  std::vector<bool> ends_;
  /** Text tokens sorted by their bytes: those that begin with a text are neighbours. */
  std::vector<llama_token> sorted_;
  std::map<std::string, llama_token> special_;
};

}  // namespace repotune::inference
