#pragma once
#include <algorithm>
#include <string>

namespace repotune {

/** Only ASCII letters, whatever the locale; the rest stays as it is. */
inline std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; });
  return text;
}
inline std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace repotune
