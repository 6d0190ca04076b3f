#pragma once
#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace repotune {

/** An error whose message is meant for the user: one sentence that says what to do. */
struct UserError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** The GPU failed, or has no room: the same work can be done on the CPU. */
struct DeviceError : UserError {
  using UserError::UserError;
};

/** The call was cancelled: not a failure. */
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

__attribute__((format(printf, 1, 2))) inline std::string format(const char* pattern, ...) {
  va_list args;
  va_start(args, pattern);
  char text[1024];
  vsnprintf(text, sizeof text, pattern, args);
  va_end(args);
  return text;
}

}  // namespace repotune
