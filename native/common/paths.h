#pragma once
// Paths are UTF-8, as JavaScript gives them. Windows interprets narrow strings in its code page, so there they are converted to wide
// characters.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

namespace repotune {

inline std::filesystem::path path_of(const std::string& utf8) { return std::filesystem::u8path(utf8); }

/** As fopen. */
inline FILE* open_file(const std::string& utf8, const char* mode) {
#ifdef _WIN32
  return _wfopen(path_of(utf8).c_str(), std::wstring(mode, mode + std::strlen(mode)).c_str());
#else
  return fopen(utf8.c_str(), mode);
#endif
}

}  // namespace repotune
