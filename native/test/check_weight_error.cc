// check_weight_error: error of 4-bit weight types on normal weights, against NF4 with double quantization. Prints JSON.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/quantize.h"
#include "common/random.h"
#include "ggml.h"

namespace {

constexpr int64_t kRows = 256, kColumns = 1024;

/** Standard normal, by Box and Muller. */
float normal(uint64_t i) {
  const double u = 1.0 - (double)repotune::uniform(11, i), v = (double)repotune::uniform(12, i);
  return (float)(std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979323846 * v));
}

/** Root mean square error, weighted by `importance` [kColumns] if given. */
double error_of(const std::vector<float>& got, const std::vector<float>& want, const float* importance = nullptr) {
  double sum = 0, weights = 0;
  for (size_t i = 0; i < want.size(); i++) {
    const double weight = importance ? importance[i % kColumns] : 1.0;
    sum += weight * ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
    weights += weight;
  }
  return std::sqrt(sum / weights);
}

/** Dettmers et al. 2023 (QLoRA), section 3 and appendix E. One scale per 64 weights, 256 scales at a time in 8 bits around their mean. */
std::vector<float> through_nf4(const std::vector<float>& weights, double* bits_per_weight) {
  static const float codes[16] = {-1.0f,      -0.6961928f, -0.52507305f, -0.3949175f, -0.28444138f, -0.18477343f, -0.09105004f, 0.0f,
                                  0.0795803f, 0.1609302f,  0.2461123f,   0.33791524f, 0.44070983f,  0.562617f,    0.72295684f,  1.0f};
  constexpr size_t kBlock = 64, kScales = 256;
  std::vector<float> scales(weights.size() / kBlock, 0.0f);
  for (size_t i = 0; i < weights.size(); i++) scales[i / kBlock] = std::max(scales[i / kBlock], std::fabs(weights[i]));
  double mean = 0;
  for (const float scale : scales) mean += scale / (double)scales.size();
  for (size_t first = 0; first < scales.size(); first += kScales) {
    const size_t end = std::min(first + kScales, scales.size());
    float largest = 0;
    for (size_t i = first; i < end; i++) largest = std::max(largest, std::fabs(scales[i] - (float)mean));
    for (size_t i = first; i < end; i++) scales[i] = std::round((scales[i] - (float)mean) / largest * 127) / 127 * largest + (float)mean;
  }
  std::vector<float> out(weights.size());
  for (size_t i = 0; i < weights.size(); i++) {
    const float scale = scales[i / kBlock];
    out[i] = scale * *std::min_element(codes, codes + 16, [&](float a, float b) {
               return std::fabs(a * scale - weights[i]) < std::fabs(b * scale - weights[i]);
             });
  }
  *bits_per_weight = 4 + 8.0 / kBlock + 32.0 / (kBlock * kScales);
  return out;
}

}  // namespace

int main() {
  std::vector<float> weights(kRows * kColumns), importance(kColumns);
  for (size_t i = 0; i < weights.size(); i++) weights[i] = normal(i);
  // As in language models' activations, a few inputs are many times larger than the rest.
  for (size_t i = 0; i < importance.size(); i++) importance[i] = std::exp(2 * normal(weights.size() + i));
  double bits = 0;
  const std::vector<float> nf4 = through_nf4(weights, &bits);
  std::string json =
      "{\"nf4\":{\"rmse\":" + std::to_string(error_of(nf4, weights)) + ",\"bitsPerWeight\":" + std::to_string(bits) + "},\"types\":[";
  repotune::Pool pool(1);
  bool first = true;
  for (const ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_IQ4_NL, GGML_TYPE_Q4_K, GGML_TYPE_MXFP4}) {
    const auto through = [&](const float* importance) {
      const auto data = repotune::convert_weight(pool, GGML_TYPE_F32, weights.data(), kRows, kColumns, type, importance);
      std::vector<float> out(weights.size());
      repotune::dequantize_rows(type, data.data(), kRows, kColumns, out.data());
      return out;
    };
    const std::vector<float> plain = through(nullptr), calibrated = through(importance.data());
    char line[256];
    snprintf(line, sizeof line, "%s{\"type\":\"%s\",\"rmse\":%.6f,\"bitsPerWeight\":%.3f,\"weighted\":%.6f,\"weightedCalibrated\":%.6f}",
             first ? "" : ",", ggml_type_name(type), error_of(plain, weights), 8.0 * (double)ggml_row_size(type, kColumns) / kColumns,
             error_of(plain, weights, importance.data()), error_of(calibrated, weights, importance.data()));
    json += line;
    first = false;
  }
  printf("%s]}\n", json.c_str());
  return 0;
}
