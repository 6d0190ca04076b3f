#pragma once
#include <cstddef>
#include <cstdint>

#include "common/gguf_file.h"

namespace repotune {

/** Scratch floats that grow to the largest size asked for and are never cleared. */
class Buffer {
 public:
  float* need(int64_t count) {
    if ((size_t)count > capacity_) {
      capacity_ = 0;            // should there be no memory, the buffer is empty, and is asked again by whoever goes on
      bytes_ = AlignedBytes();  // free first: the two must not be alive together
      bytes_ = AlignedBytes((size_t)count * sizeof(float));
      capacity_ = (size_t)count;
    }
    return data();
  }
  float* data() const { return reinterpret_cast<float*>(bytes_.data()); }

 private:
  AlignedBytes bytes_;
  size_t capacity_ = 0;
};

}  // namespace repotune
