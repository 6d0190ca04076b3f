#pragma once
// Failures that a person can act on: the message is one sentence and says what to do.
#include <stdexcept>
#include <string>

namespace repotune {

class InferenceError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace repotune
