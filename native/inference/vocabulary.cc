#include "inference/vocabulary.h"

#include <algorithm>
#include <stdexcept>

namespace repotune::inference {

namespace {

std::string piece(const llama_vocab* vocab, llama_token token) {
  std::string text(32, '\0');
  int32_t length = llama_token_to_piece(vocab, token, text.data(), static_cast<int32_t>(text.size()), 0, /*special=*/false);
  if (length < 0) {
    text.resize(-length);
    length = llama_token_to_piece(vocab, token, text.data(), static_cast<int32_t>(text.size()), 0, /*special=*/false);
  }
  text.resize(std::max(length, 0));
  return text;
}

}  // namespace

Vocabulary::Vocabulary(const llama_vocab* vocab) : vocab_(vocab) {
  const int32_t count = llama_vocab_n_tokens(vocab);
  bytes_.resize(count);
  ends_.resize(count);
  for (llama_token token = 0; token < count; ++token) {
    const auto attributes = llama_vocab_get_attr(vocab, token);
    const bool textual = !(attributes & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN | LLAMA_TOKEN_ATTR_UNUSED));
    ends_[token] = !textual || llama_vocab_is_eog(vocab, token);
    if (ends_[token]) continue;
    bytes_[token] = piece(vocab, token);
    if (!bytes_[token].empty()) sorted_.push_back(token);
  }
  std::sort(sorted_.begin(), sorted_.end(), [this](llama_token a, llama_token b) { return bytes_[a] < bytes_[b]; });

  const std::pair<const char*, llama_token> roles[] = {
      {"fimPrefix", llama_vocab_fim_pre(vocab)},
      {"fimSuffix", llama_vocab_fim_suf(vocab)},
      {"fimMiddle", llama_vocab_fim_mid(vocab)},
      {"repoName", llama_vocab_fim_rep(vocab)},
      {"fileSep", llama_vocab_fim_sep(vocab)},
      // Only if the model was trained with it in front.
      {"bos", llama_vocab_get_add_bos(vocab) ? llama_vocab_bos(vocab) : LLAMA_TOKEN_NULL},
      {"eot", llama_vocab_eot(vocab) != LLAMA_TOKEN_NULL ? llama_vocab_eot(vocab) : llama_vocab_eos(vocab)},
  };
  for (const auto& [name, token] : roles) {
    if (token != LLAMA_TOKEN_NULL) special_[name] = token;
  }
}

std::vector<llama_token> Vocabulary::tokenize(std::string_view text) const {
  std::vector<llama_token> tokens(text.size() + 8);
  const int32_t count = llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                                       static_cast<int32_t>(tokens.size()), /*add_special=*/false, /*parse_special=*/false);
  if (count >= 0) {
    tokens.resize(count);
    return tokens;
  }
  tokens.resize(-count);
  tokens.resize(llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()), tokens.data(), -count, false, false));
  return tokens;
}

std::vector<llama_token> Vocabulary::beginning(std::string_view text) const {
  std::vector<llama_token> found;
  const auto from = [this](std::string_view key) {
    return std::lower_bound(sorted_.begin(), sorted_.end(), key,
                            [this](llama_token token, std::string_view k) { return bytes_[token] < k; });
  };
  for (size_t length = 1; length < text.size(); ++length) {
    const std::string_view prefix = text.substr(0, length);
    for (auto it = from(prefix); it != sorted_.end() && bytes_[*it] == prefix; ++it) found.push_back(*it);
  }
  for (auto it = from(text); it != sorted_.end() && std::string_view(bytes_[*it]).substr(0, text.size()) == text; ++it)
    found.push_back(*it);
  return found;
}

}  // namespace repotune::inference
