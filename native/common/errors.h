#pragma once
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace repotune {

/** The kind of an error, for code that acts on it: NATIVE_ERROR_CODES in server/engine/errorCodes.ts says what each means. */
enum class ErrorCode {
  cancelled,
  closed,
  invalid_argument,
  file_unreadable,
  wrong_kind,
  file_damaged,
  write_failed,
  load_failed,
  model_unsupported,
  adapter_mismatch,
  checkpoint_mismatch,
  too_long,
  out_of_memory,
  over_budget,
  device_missing,
  device_failed,
  diverged,
  broken_installation,
  internal,
};

/** Indexed by code, as passed to JavaScript. */
inline constexpr const char* kErrorCodes[] = {
    "cancelled",           "closed",       "invalid-argument",    "file-unreadable",   "wrong-kind",
    "file-damaged",        "write-failed", "load-failed",         "model-unsupported", "adapter-mismatch",
    "checkpoint-mismatch", "too-long",     "out-of-memory",       "over-budget",       "device-missing",
    "device-failed",       "diverged",     "broken-installation", "internal",
};
static_assert(sizeof kErrorCodes / sizeof *kErrorCodes == (size_t)ErrorCode::internal + 1, "a name for each code");

/** An error whose message is meant for the user: one sentence that says what to do. Behaviour depends only on the code. */
struct UserError : std::runtime_error {
  UserError(ErrorCode error_code, const std::string& message) : std::runtime_error(message), code(error_code) {}
  ErrorCode code;
};

/** The GPU failed or is out of memory: the same work can be done on the CPU. */
struct DeviceError : UserError {
  explicit DeviceError(const std::string& message) : UserError(ErrorCode::device_failed, message) {}
};

/** The GPU computes something else than the CPU: its results are worth nothing. */
struct FaultyDevice : DeviceError {
  using DeviceError::DeviceError;
};

/** A loss or a gradient is no longer finite. */
struct Diverged : UserError {
  Diverged(const char* which, double became, const std::string& message)
      : UserError(ErrorCode::diverged, message), quantity(which), value(became) {}
  /** "loss" or "gradient". */
  const char* quantity;
  double value;
};

/** The call was cancelled: not a failure. */
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

inline ErrorCode code_of(const std::exception& error) {
  if (const auto* user = dynamic_cast<const UserError*>(&error)) return user->code;
  if (dynamic_cast<const Cancelled*>(&error)) return ErrorCode::cancelled;
  return dynamic_cast<const std::bad_alloc*>(&error) ? ErrorCode::out_of_memory : ErrorCode::internal;
}

__attribute__((format(printf, 1, 2))) inline std::string format(const char* pattern, ...) {
  va_list args;
  va_start(args, pattern);
  char text[1024];
  vsnprintf(text, sizeof text, pattern, args);
  va_end(args);
  return text;
}

}  // namespace repotune
