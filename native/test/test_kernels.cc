// test_kernels [bench [rows]]: every kernel variant of this machine against the plain reference, over shapes and weight types; or, with
// bench, their speed. The last line is JSON.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "common/random.h"
#include "ggml.h"
#include "kernels/matmul.h"

namespace {

using repotune::Pool;
using repotune::Weight;

struct Variant {
  const char* name;
  /**
   * Largest ||result - reference|| over the result's norm, or over that of uncorrelated operands if cancellation made it smaller: covers
   * rounding of the operands, and of sums of up to 1280 products.
   */
  double bound;
};
constexpr Variant kVariants[] = {{"portable", 1e-5},
                                 {"neon", 1e-5},
                                 {"avx2", 1e-5},
                                 {"avx512", 1e-5},
                                 {"avx512bf16", 4e-3},
                                 {"amx-emulated", 4e-3},
                                 {"amx", 4e-3},
                                 // Codes of 8 bits, gradients rounded stochastically.
                                 {"integer-dotprod", 1.5e-2},
                                 {"integer-avxvnni", 1.5e-2},
                                 {"integer-avx512vnni", 1.5e-2},
                                 // Codes of 7 bits: rounding one operand to nearest and one stochastically errs by sqrt(1/12 + 1/6) = 1/2
                                 // of a step of largest / 63; blocks here have a largest of up to 3 times their root mean square.
                                 {"integer-portable", 2.5e-2},
                                 {"integer-avx2", 2.5e-2}};

constexpr ggml_type kTypes[] = {GGML_TYPE_F32,    GGML_TYPE_F16,  GGML_TYPE_BF16,  GGML_TYPE_Q8_0,  GGML_TYPE_Q4_0,
                                GGML_TYPE_IQ4_NL, GGML_TYPE_Q4_K, GGML_TYPE_Q6_K,  GGML_TYPE_Q4_1,  GGML_TYPE_Q5_0,
                                GGML_TYPE_Q5_1,   GGML_TYPE_Q5_K, GGML_TYPE_MXFP4, GGML_TYPE_IQ4_XS};

struct Shape {
  int64_t rows, n_out, n_in;
};
/** One row, ragged rows and outputs, adapter ranks, depths around a panel's, and a full tile grid. n_in: blocks of 256 or 32. */
constexpr Shape kShapes[] = {{1, 1, 256},    {1, 64, 512},   {5, 4, 256}, {17, 33, 256}, {12, 32, 512}, {64, 128, 256}, {129, 100, 768},
                             {96, 257, 256}, {33, 31, 1024}, {3, 16, 32}, {50, 48, 96},  {70, 96, 288}, {40, 900, 64},  {200, 64, 1280}};

std::vector<float> random_values(size_t count, uint64_t stream) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; i++) values[i] = 2 * repotune::uniform(repotune::mix64(stream), i) - 1;
  return values;
}

std::vector<uint8_t> random_weight(ggml_type type, int64_t n_out, int64_t n_in) {
  const auto values = random_values((size_t)(n_out * n_in), (uint64_t)type * 7919 + (uint64_t)n_in);
  std::vector<uint8_t> data(ggml_row_size(type, n_in) * (size_t)n_out);
  if (type == GGML_TYPE_F32) {
    memcpy(data.data(), values.data(), data.size());
  } else {
    ggml_quantize_chunk(type, values.data(), data.data(), 0, n_out, n_in, nullptr);
  }
  return data;
}

double norm_of(const float* values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)values[i] * values[i];
  return std::sqrt(sum);
}

/** `typical`: the expected norm. */
double relative_error(const std::vector<float>& got, const std::vector<float>& want, double typical) {
  std::vector<float> difference(want.size());
  for (size_t i = 0; i < want.size(); i++) difference[i] = got[i] - want[i];
  const double error = norm_of(difference.data(), difference.size());
  return std::isfinite(error) ? error / std::max(typical, norm_of(want.data(), want.size())) : INFINITY;
}

/** False if this machine or build lacks the variant. */
bool select(const char* name) { return !strcmp(repotune::select_kernels(name), name); }

struct Outcome {
  double worst = 0;
  std::string where;
  int cases = 0;
  bool deterministic = true;
  void add(double error, const std::string& what) {
    cases++;
    if (error >= worst) {
      worst = error;
      where = what;
    }
  }
};

/** Memoizes `make` by `key`: the reference and the quantizer take longer than all variants together. */
template <typename Make>
auto& once(const std::string& key, Make make) {
  static std::map<std::string, decltype(make())> made;
  const auto known = made.find(key);
  return known != made.end() ? known->second : made.emplace(key, make()).first->second;
}

/** `compute` with the reference, once for all variants, and twice with the variant. `what` names the case. */
template <typename Fn>
void compare(const Variant& variant, const std::string& what, size_t size, double typical, Fn compute, Outcome& outcome) {
  // Values that must be overwritten or accumulated into, never left over at a padded edge.
  const std::vector<float> start = random_values(size, 99);
  const std::vector<float>& want = once(what, [&] {
    std::vector<float> values = start;
    select("reference");
    compute(values.data());
    return values;
  });
  std::vector<float> got = start, again = start;
  select(variant.name);
  compute(got.data());
  compute(again.data());
  outcome.add(relative_error(got, want, typical), what);
  outcome.deterministic = outcome.deterministic && !memcmp(got.data(), again.data(), size * sizeof(float));
}

void check_weights(Pool& pool, const Variant& variant, Outcome& outcome) {
  for (const ggml_type type : kTypes)
    for (const Shape& s : kShapes) {
      if (s.n_in % ggml_blck_size(type) != 0) continue;
      const std::string of = std::to_string(s.n_out) + "x" + std::to_string(s.n_in);
      const auto& data = once(ggml_type_name(type) + of, [&] { return random_weight(type, s.n_out, s.n_in); });
      const Weight w{type, data.data(), s.n_out, s.n_in};
      // Uniform in [-1, 1): a product of two has variance 1/9.
      const auto typical = [&](int64_t columns, int64_t depth) { return std::sqrt((double)(s.rows * columns * depth)) / 3; };
      const auto x = random_values((size_t)(s.rows * s.n_in), 1), dy = random_values((size_t)(s.rows * s.n_out), 2);
      const std::string shape =
          std::string(ggml_type_name(type)) + " " + std::to_string(s.rows) + "x" + std::to_string(s.n_out) + "x" + std::to_string(s.n_in);
      compare(
          variant, "forward " + shape, (size_t)(s.rows * s.n_out), typical(s.n_out, s.n_in),
          [&](float* y) { repotune::matmul_forward(pool, w, x.data(), s.rows, y); }, outcome);
      for (const bool accumulate : {false, true})
        compare(
            variant, (accumulate ? "backward, added, " : "backward ") + shape, (size_t)(s.rows * s.n_in), typical(s.n_in, s.n_out),
            [&](float* dx) { repotune::matmul_backward(pool, w, dy.data(), s.rows, dx, accumulate); }, outcome);
    }
}

void check_dense(const Variant& variant, Outcome& outcome) {
  for (const Shape& s :
       {Shape{1, 4, 7}, {64, 4, 256}, {64, 16, 256}, {33, 64, 100}, {4, 130, 65}, {16, 256, 512}, {128, 128, 64}, {130, 64, 300}})
    for (const bool ta : {false, true})
      for (const bool tb : {false, true})
        for (const float beta : {0.0f, 1.0f, 0.5f}) {
          const int64_t M = s.rows, N = s.n_out, K = s.n_in, lda = (ta ? M : K) + 3, ldb = (tb ? K : N) + 5;
          const auto a = random_values((size_t)(lda * (ta ? K : M)), 3), b = random_values((size_t)(ldb * (tb ? N : K)), 4);
          const std::string what = std::string("dense ") + (ta ? "T" : "N") + (tb ? "T " : "N ") + std::to_string(M) + "x" +
                                   std::to_string(N) + "x" + std::to_string(K) + " " + std::to_string(beta);
          compare(
              variant, what, (size_t)(M * N), std::sqrt((double)(M * N * K)) / 4,
              [&](float* c) { repotune::gemm(ta, tb, M, N, K, 0.75f, a.data(), lda, b.data(), ldb, beta, c, N); }, outcome);
        }
}

int check() {
  std::string json;
  bool good = true;
  for (const Variant& variant : kVariants) {
    if (!select(variant.name)) continue;
    Outcome outcome;
    for (const int threads : {1, 3}) {
      Pool pool(threads);
      check_weights(pool, variant, outcome);
    }
    check_dense(variant, outcome);
    good = good && outcome.worst <= variant.bound && outcome.deterministic;
    char line[512];
    snprintf(line, sizeof line, "%s{\"name\":\"%s\",\"cases\":%d,\"worst\":%.3g,\"where\":\"%s\",\"bound\":%g,\"deterministic\":%s}",
             json.empty() ? "" : ",", variant.name, outcome.cases, outcome.worst, outcome.where.c_str(), variant.bound,
             outcome.deterministic ? "true" : "false");
    json += line;
  }
  printf("{\"variants\":[%s],\"default\":\"%s\"}\n", json.c_str(), repotune::select_kernels("auto"));
  if (!good) fprintf(stderr, "outside its bound, or not the same twice: %s\n", json.c_str());
  return good ? 0 : 1;
}

/** GFLOP/s, best of a few runs. */
template <typename Fn>
double speed(double flops, Fn compute) {
  double best = 1e30;
  for (int i = 0; i < 5; i++) {
    const auto from = std::chrono::steady_clock::now();
    compute();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
  }
  return flops / best / 1e9;
}

/** The bench's 100 %: a product whose operands stay in cache, the densest that kernels get. */
double ceiling(Pool& pool) {
  constexpr int64_t n = 192;
  const auto a = random_values(n * n, 1), b = random_values(n * n, 2);
  return speed(2.0 * n * n * n * 40 * pool.size(), [&] {
    pool.run([&](int, int) {
      std::vector<float> c(n * n);
      for (int i = 0; i < 40; i++) repotune::gemm(false, false, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n);
    });
  });
}

int bench(int64_t rows) {
  struct Case {
    const char* what;
    ggml_type type;
    int64_t n_out, n_in;
  };
  constexpr Case kCases[] = {{"8M square", GGML_TYPE_Q4_0, 256, 256}, {"8M feed-forward", GGML_TYPE_Q4_0, 768, 256},
                             {"8M head", GGML_TYPE_F16, 8192, 256},   {"0.5B square", GGML_TYPE_Q4_0, 896, 896},
                             {"0.5B up", GGML_TYPE_Q4_0, 4864, 896},  {"0.5B down", GGML_TYPE_Q4_0, 896, 4864}};
  Pool pool(2);
  std::string json;
  for (const Variant& variant : kVariants) {
    if (!select(variant.name) || !strcmp(variant.name, "amx-emulated")) continue;
    const double top = ceiling(pool);
    printf("%s, 2 threads, %lld rows; dense in cache: %.0f GFLOP/s\n", variant.name, (long long)rows, top);
    for (const Case& c : kCases) {
      const auto data = random_weight(c.type, c.n_out, c.n_in);
      const Weight w{c.type, data.data(), c.n_out, c.n_in};
      const auto x = random_values((size_t)(rows * c.n_in), 1);
      std::vector<float> y((size_t)(rows * c.n_out)), dx((size_t)(rows * c.n_in));
      const double flops = 2.0 * (double)(rows * c.n_out * c.n_in);
      const double forward = speed(flops, [&] { repotune::matmul_forward(pool, w, x.data(), rows, y.data()); });
      const double backward = speed(flops, [&] { repotune::matmul_backward(pool, w, y.data(), rows, dx.data(), false); });
      printf("  %-16s %-6s forward %6.0f (%3.0f %%)  backward %6.0f (%3.0f %%)\n", c.what, ggml_type_name(c.type), forward,
             100 * forward / top, backward, 100 * backward / top);
      char line[256];
      snprintf(line, sizeof line, "%s{\"variant\":\"%s\",\"shape\":\"%s\",\"forward\":%.1f,\"backward\":%.1f,\"dense\":%.1f}",
               json.empty() ? "" : ",", variant.name, c.what, forward, backward, top);
      json += line;
    }
  }
  printf("{\"rows\":%lld,\"gflops\":[%s]}\n", (long long)rows, json.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && !strcmp(argv[1], "bench")) return bench(argc > 2 ? atoll(argv[2]) : 1024);
  return check();
}
