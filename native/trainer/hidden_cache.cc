#include "trainer/hidden_cache.h"

#include <algorithm>
#include <cmath>

#include "common/random.h"
#include "ggml.h"
#include "kernels/elementwise.h"

namespace repotune {

namespace {

/** A scaled row's largest magnitude is below 2 to this, F16's largest power of two. */
constexpr int kMostExponent = 15;

uint64_t hash_of(const int32_t* tokens, int64_t count) {
  uint64_t hash = (uint64_t)count;
  for (int64_t i = 0; i < count; i++) hash = mix64(hash ^ (uint32_t)tokens[i]);
  return hash;
}

/** 1 unless the row would exceed F16's range. */
float scale_of(const float* row, int64_t width) {
  float most = 0;
  for (int64_t i = 0; i < width; i++) most = std::max(most, std::abs(row[i]));
  if (!(most > 0) || !std::isfinite(most)) return 1;
  return std::ldexp(1.0f, std::max(0, std::ilogb(most) + 1 - kMostExponent));
}

}  // namespace

bool HiddenCache::find(const int32_t* tokens, int64_t count, float* rows) const {
  const auto found = entries_.find(hash_of(tokens, count));
  if (found == entries_.end()) return false;
  const Entry& entry = found->second;
  if ((int64_t)entry.tokens.size() != count || !std::equal(tokens, tokens + count, entry.tokens.begin())) return false;
  ggml_fp16_to_fp32_row(entry.values.data(), rows, count * width_);
  for (int64_t t = 0; t < count; t++)
    if (entry.scales[(size_t)t] != 1) scale_row(rows + t * width_, width_, entry.scales[(size_t)t]);
  return true;
}

void HiddenCache::keep(const int32_t* tokens, int64_t count, float* rows) {
  Entry entry{{tokens, tokens + count}, std::vector<uint16_t>((size_t)(count * width_)), std::vector<float>((size_t)count)};
  for (int64_t t = 0; t < count; t++) {
    float *row = rows + t * width_, &scale = entry.scales[(size_t)t];
    scale = scale_of(row, width_);
    if (scale != 1) scale_row(row, width_, 1 / scale);
    ggml_fp32_to_fp16_row(row, entry.values.data() + t * width_, width_);
    ggml_fp16_to_fp32_row(entry.values.data() + t * width_, row, width_);
    if (scale != 1) scale_row(row, width_, scale);
  }
  const int64_t bytes = count * (width_ * (int64_t)sizeof(uint16_t) + (int64_t)(sizeof(int32_t) + sizeof(float)));
  if (bytes_ + bytes > most_bytes_) return;
  if (entries_.emplace(hash_of(tokens, count), std::move(entry)).second) bytes_ += bytes;
}

void HiddenCache::clear() {
  entries_.clear();
  bytes_ = 0;
}

}  // namespace repotune
