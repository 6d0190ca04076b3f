#include "trainer/cpu/rope.h"

#include <algorithm>
#include <cmath>

namespace repotune {

namespace {

// <cmath> defines M_PI only under POSIX, not on Windows.
constexpr double kPi = 3.14159265358979323846;

}  // namespace

RopeTable make_rope(const RopeScaling& s, int64_t n_rot, int64_t positions, bool neox) {
  const int64_t half = n_rot / 2;
  RopeTable table;
  table.n_rot = n_rot;
  table.neox = neox;
  table.scaling = s;
  table.cos.resize((size_t)(positions * half));
  table.sin.resize((size_t)(positions * half));

  // YaRN, section 3.2: dimensions that rotate more than beta_fast times within the original context keep their frequency, those that rotate
  // less than beta_slow times are interpolated, with a linear ramp between.
  const auto dimension_turning = [&](double turns) {
    return (double)n_rot * std::log(s.original_context / (turns * 2 * kPi)) / (2 * std::log((double)s.base));
  };
  const double ramp_low = s.yarn ? std::max(0.0, std::floor(dimension_turning(s.beta_fast))) : 0;
  const double ramp_high = s.yarn ? std::min((double)n_rot - 1, std::ceil(dimension_turning(s.beta_slow))) : 0;
  const double magnitude = s.attention_factor * (s.yarn ? 1.0 + 0.1 * std::log(1.0 / s.scale) : 1.0);

  for (int64_t i = 0; i < half; i++) {
    double frequency = std::pow((double)s.base, -2.0 * (double)i / (double)n_rot);
    if (!s.factors.empty()) frequency /= s.factors[(size_t)i];
    double scaled = frequency * s.scale;
    if (s.yarn) {
      const double ramp = 1 - std::clamp(((double)i - ramp_low) / std::max(0.001, ramp_high - ramp_low), 0.0, 1.0);
      scaled = scaled * (1 - ramp) + frequency * ramp;
    }
    for (int64_t p = 0; p < positions; p++) {
      table.cos[(size_t)(p * half + i)] = (float)(std::cos((double)p * scaled) * magnitude);
      table.sin[(size_t)(p * half + i)] = (float)(std::sin((double)p * scaled) * magnitude);
    }
  }
  return table;
}

void rope_row(const RopeTable& table, float* x, int64_t heads, int64_t head_dim, int64_t position, bool inverse) {
  const int64_t half = table.n_rot / 2;
  const float* cos = table.cos.data() + position * half;
  const float* sin = table.sin.data() + position * half;
  const float sign = inverse ? -1.0f : 1.0f;
  const int64_t step = table.neox ? 1 : 2, other = table.neox ? half : 1;
  for (int64_t h = 0; h < heads; h++) {
    float* head = x + h * head_dim;
    for (int64_t i = 0; i < half; i++) {
      const float a = head[i * step], b = head[i * step + other], c = cos[i], s = sign * sin[i];
      head[i * step] = a * c - b * s;
      head[i * step + other] = a * s + b * c;
    }
  }
}

}  // namespace repotune
