#pragma once
#include <cstddef>
#include <cstdint>

#include "common/gguf_file.h"

namespace repotune {

/** Scratch floats that grow to the largest requested size and are never cleared. */
class Buffer {
 public:
  float* need(int64_t count) {
    if ((size_t)count > capacity_) {
      capacity_ = 0;            // if allocation fails, the buffer is left empty and can be requested again
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
