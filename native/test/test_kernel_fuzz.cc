// test_kernel_fuzz [CASES [SEED]]: every kernel variant of this machine against the plain reference, at shapes, types and values drawn at
// random: tiny and huge numbers, blocks of zeros, single spikes, codes at their limits, and NaNs. The last line is JSON.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "common/errors.h"
#include "common/quantize.h"
#include "common/random.h"
#include "kernels/matmul.h"

namespace {

using namespace repotune;

struct Variant {
  const char* name;
  /**
   * Largest error of a result's element, over the most that its factors' blocks of 64 could add up to: some three times the worst in 400
   * cases, and at most half of what rounding could add up to (2^-8 in bfloat16; 1.5 / 63 in 7-bit codes, one of them rounded
   * stochastically, and 1.5 / 127 in 8-bit ones).
   */
  double bound;
};
constexpr Variant kVariants[] = {{"portable", 3e-7},
                                 {"neon", 3e-7},
                                 {"avx2", 3e-7},
                                 {"avx512", 3e-7},
                                 {"avx512bf16", 2e-3},
                                 {"amx-emulated", 2e-3},
                                 {"amx", 2e-3},
                                 {"integer-portable", 1.2e-2},
                                 {"integer-avx2", 1.2e-2},
                                 {"integer-avxvnni", 5e-3},
                                 {"integer-avx512vnni", 5e-3},
                                 {"integer-dotprod", 5e-3}};

constexpr ggml_type kTypes[] = {GGML_TYPE_F32,    GGML_TYPE_F16,  GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q5_0,
                                GGML_TYPE_IQ4_NL, GGML_TYPE_Q5_1, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K};

constexpr int64_t kBlock = 64;
/** Guard elements after each result: no kernel may write there. */
constexpr int64_t kGuard = 64;
constexpr float kUntouched = 12345;

/** Random numbers of one case, by its own seed. */
class Draw {
 public:
  explicit Draw(uint64_t seed) : seed_(mix64(seed)) {}
  float unit() { return uniform(seed_, at_++); }
  int64_t below(int64_t n) { return std::min(n - 1, (int64_t)(unit() * (float)n)); }

 private:
  uint64_t seed_, at_ = 0;
};

/** Values of one kind: plain, tiny, huge, with blocks of zeros, with spikes, or only -1, 0 and 1. */
std::vector<float> values(Draw& draw, int64_t rows, int64_t columns) {
  const int64_t kind = draw.below(6);
  const float size = kind == 1 ? 1e-18f : kind == 2 ? 1e15f : 1.0f;
  std::vector<float> all((size_t)(rows * columns));
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++) {
      float value = size * (2 * draw.unit() - 1);
      if (kind == 3 && mix64((uint64_t)(r * 1000 + c / 32)) % 2) value = 0;
      if (kind == 4 && draw.below(50) == 0) value *= 1e4f;
      if (kind == 5) value = (float)(draw.below(3) - 1);
      all[(size_t)(r * columns + c)] = value;
    }
  return all;
}

/** The largest magnitude of each block of 64 along the depth: [rows, blocks]. `across`: x is [depth, rows]. */
std::vector<double> largest(const float* x, int64_t rows, int64_t depth, bool across) {
  const int64_t blocks = blocks_of(depth, kBlock);
  std::vector<double> most((size_t)(rows * blocks));
  for (int64_t r = 0; r < rows; r++)
    for (int64_t k = 0; k < depth; k++) {
      double& of = most[(size_t)(r * blocks + k / kBlock)];
      of = std::max(of, std::abs((double)x[across ? k * rows + r : r * depth + k]));
    }
  return most;
}

struct Outcome {
  double worst = 0;  // relative to its bound
  std::string where;
  int cases = 0;
  bool guarded = true, shows = true;
};

struct Operands {
  const std::vector<float>&left, &right;  // [rows, depth]; [columns, depth], or [depth, columns] where `across`
  int64_t rows, columns, depth;
  bool across;
};

/** Compares found and correct results, each [rows, columns] plus the guard. */
void judge(const Operands& o, const std::vector<float>& found, const std::vector<float>& want, double bound, const std::string& what,
           Outcome& outcome) {
  const auto left = largest(o.left.data(), o.rows, o.depth, false), right = largest(o.right.data(), o.columns, o.depth, o.across);
  const int64_t blocks = blocks_of(o.depth, kBlock);
  for (int64_t r = 0; r < o.rows; r++)
    for (int64_t c = 0; c < o.columns; c++) {
      const double got = found[(size_t)(r * o.columns + c)], right_one = want[(size_t)(r * o.columns + c)];
      if (!std::isfinite(right_one)) {  // divergence must stay visible
        outcome.shows = outcome.shows && !std::isfinite(got);
        continue;
      }
      double most = 1e-30;
      for (int64_t b = 0; b < blocks; b++) most += kBlock * left[(size_t)(r * blocks + b)] * right[(size_t)(c * blocks + b)];
      const double share = std::isfinite(got) ? std::abs(got - right_one) / most / bound : 1e9;
      if (share <= outcome.worst) continue;
      outcome.worst = share;
      outcome.where = what;
    }
  for (int64_t i = 0; i < kGuard; i++) outcome.guarded = outcome.guarded && found[(size_t)(o.rows * o.columns + i)] == kUntouched;
  outcome.cases++;
}

void one_case(uint64_t seed, const std::vector<const Variant*>& variants, std::vector<Outcome>& outcomes) {
  Draw draw(seed);
  const ggml_type type = kTypes[draw.below(std::size(kTypes))];
  const int64_t block = ggml_blck_size(type);
  // Unpacked types may have any width, such as an adapter's rank.
  const int64_t n_in = block * (1 + draw.below(block == 1    ? 300
                                               : block == 32 ? 40
                                                             : 5)),
                n_out = 1 + draw.below(150), rows = 1 + draw.below(80);
  const std::vector<float> weights = values(draw, n_out, n_in);
  std::vector<uint8_t> data(ggml_row_size(type, n_in) * (size_t)n_out);
  if (type == GGML_TYPE_F32) {
    memcpy(data.data(), weights.data(), data.size());
  } else {
    std::vector<float> fitting = weights;  // the limit of halves, also as scales
    for (float& value : fitting) value = std::clamp(value, -6e4f, 6e4f);
    ggml_quantize_chunk(type, fitting.data(), data.data(), 0, n_out, n_in, nullptr);
  }
  const Weight w{type, data.data(), n_out, n_in};
  std::vector<float> exact((size_t)(n_out * n_in));
  dequantize_rows(type, data.data(), n_out, n_in, exact.data());
  std::vector<float> x = values(draw, rows, n_in), dy = values(draw, rows, n_out);
  if (draw.below(4) == 0) {
    const float none = draw.below(2) ? NAN : INFINITY;
    x[(size_t)draw.below((int64_t)x.size())] = dy[(size_t)draw.below((int64_t)dy.size())] = none;
  }
  const bool accumulate = draw.below(2);
  Pool pool(1 + (int)draw.below(3));
  const std::string what = format("%s, %lld x %lld x %lld, seed %llu", ggml_type_name(type), (long long)rows, (long long)n_out,
                                  (long long)n_in, (unsigned long long)seed);

  const auto forward = [&] {
    std::vector<float> y((size_t)(rows * n_out + kGuard), kUntouched);
    matmul_forward(pool, w, x.data(), rows, y.data());
    return y;
  };
  const auto backward = [&] {
    std::vector<float> dx((size_t)(rows * n_in + kGuard), kUntouched);
    std::fill(dx.begin(), dx.end() - kGuard, 0.0f);
    matmul_backward(pool, w, dy.data(), rows, dx.data(), accumulate);
    return dx;
  };
  select_kernels("reference");
  const std::vector<float> y = forward(), dx = backward();
  for (size_t i = 0; i < variants.size(); i++) {
    select_kernels(variants[i]->name);
    judge({x, exact, rows, n_out, n_in, false}, forward(), y, variants[i]->bound, "forward, " + what, outcomes[i]);
    judge({dy, exact, rows, n_in, n_out, true}, backward(), dx, variants[i]->bound, "backward, " + what, outcomes[i]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t cases = argc > 1 ? strtoull(argv[1], nullptr, 10) : 60, first = argc > 2 ? strtoull(argv[2], nullptr, 10) : 1;
  std::vector<const Variant*> variants;
  for (const Variant& variant : kVariants)
    if (!strcmp(select_kernels(variant.name), variant.name)) variants.push_back(&variant);
  std::vector<Outcome> outcomes(variants.size());
  for (uint64_t i = 0; i < cases; i++) one_case(first + i, variants, outcomes);
  std::string json;
  for (size_t i = 0; i < variants.size(); i++)
    json += format("%s{\"name\":\"%s\",\"cases\":%d,\"worst\":%.3g,\"where\":\"%s\",\"bound\":1,\"guarded\":%s,\"shows\":%s}", i ? "," : "",
                   variants[i]->name, outcomes[i].cases, outcomes[i].worst, outcomes[i].where.c_str(),
                   outcomes[i].guarded ? "true" : "false", outcomes[i].shows ? "true" : "false");
  printf("{\"variants\":[%s]}\n", json.c_str());
  return 0;
}
