#include "inference/text_output.h"

#include <algorithm>

namespace repotune::inference {

namespace {

/** Length of the character that starts with `lead`; 0 if none does. */
size_t character_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/** Whether `byte` may follow `lead`: rules out overlong forms, surrogates and values past U+10FFFF. */
bool second_fits(unsigned char lead, unsigned char byte) {
  switch (lead) {
    case 0xE0: return byte >= 0xA0 && byte < 0xC0;
    case 0xED: return byte >= 0x80 && byte < 0xA0;
    case 0xF0: return byte >= 0x90 && byte < 0xC0;
    case 0xF4: return byte >= 0x80 && byte < 0x90;
    default: return byte >= 0x80 && byte < 0xC0;
  }
}

/** Bytes of `text` before the first that is invalid in UTF-8; an incomplete last character is valid. */
size_t possible_utf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const unsigned char lead = text[at];
    const size_t length = character_length(lead);
    if (length == 0) return at;
    for (size_t i = 1; i < length && at + i < text.size(); ++i) {
      const unsigned char byte = text[at + i];
      if (i == 1 ? !second_fits(lead, byte) : (byte & 0xC0) != 0x80) return at;
    }
    at += length;
  }
  return text.size();
}

}  // namespace

TextOutput::State TextOutput::push(std::string_view bytes) {
  if (skip_ > 0) {
    const size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
  }
  const size_t before = text_.size();
  text_ += bytes;
  size_t end = std::string::npos;
  for (const std::string& stop : stops_) {
    if (stop.empty()) continue;
    const size_t from = before >= stop.size() ? before - stop.size() + 1 : 0;
    end = std::min(end, text_.find(stop, from));
  }
  if (end != std::string::npos) {
    text_.resize(end);
    closed_ = true;
    return State::stopped;
  }
  const size_t possible = possible_utf8(text_);
  if (possible < text_.size()) {
    text_.resize(possible);
    closed_ = true;
    return State::invalid;
  }
  return State::open;
}

std::string TextOutput::take() {
  size_t end = text_.size();
  if (!closed_) {
    for (const std::string& stop : stops_) {
      for (size_t length = std::min(stop.size(), text_.size()); length > 0; --length) {
        if (text_.compare(text_.size() - length, length, stop, 0, length) == 0) {
          end = std::min(end, text_.size() - length);
          break;
        }
      }
    }
  }
  end = std::max(whole_characters(end), taken_);
  std::string fresh = text_.substr(taken_, end - taken_);
  taken_ = end;
  return fresh;
}

size_t TextOutput::whole_characters(size_t end) const {
  size_t start = end;
  for (size_t back = 1; back <= 4 && back <= end; ++back) {
    if ((static_cast<unsigned char>(text_[end - back]) & 0xC0) != 0x80) {
      start = end - back;
      break;
    }
  }
  if (start == end) return end;
  return start + character_length(text_[start]) <= end ? end : start;
}

}  // namespace repotune::inference
