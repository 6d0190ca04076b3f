// test_attention: attention by every kernel variant of this machine against the plain reference, over shapes: several chunks, ragged
// ends, packed sequences, windows, grouped heads. The last line is JSON.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "common/random.h"
#include "kernels/matmul.h"
#include "trainer/cpu/attention.h"

namespace {

using namespace repotune;

/** bfloat16 rounds operands by up to 0.4 %, probabilities and their gradients among them. */
struct Variant {
  const char* name;
  double bound;
};
constexpr Variant kVariants[] = {{"portable", 1e-5},   {"neon", 1e-5},         {"avx2", 1e-5}, {"avx512", 1e-5},
                                 {"avx512bf16", 0.01}, {"amx-emulated", 0.01}, {"amx", 0.01}};

struct Case {
  const char* what;
  AttentionShape shape;
  std::vector<int64_t> lengths;
};
AttentionShape shape(int64_t heads, int64_t kv, int64_t head_dim, int64_t window) {
  return {heads, kv, head_dim, 1 / std::sqrt((float)head_dim), window};
}
const Case kCases[] = {
    {"one token", shape(1, 1, 32, 0), {1}},
    {"several chunks", shape(4, 2, 64, 0), {300}},
    {"exact chunks", shape(2, 2, 32, 0), {192}},
    {"packed", shape(4, 1, 64, 0), {5, 97, 31, 96, 160}},
    {"narrow heads", shape(2, 1, 16, 0), {130, 33}},
    {"odd heads", shape(3, 1, 80, 0), {101}},
    {"wide heads, short window", shape(4, 1, 256, 8), {250, 40}},
    {"long window", shape(2, 2, 64, 100), {420}},
};

std::vector<float> random_values(int64_t count, uint64_t stream) {
  std::vector<float> values((size_t)count);
  for (size_t i = 0; i < values.size(); i++) values[i] = 3 * (2 * uniform(mix64(stream), i) - 1);
  return values;
}

struct Results {
  std::vector<float> out, lse, dq, dk, dv;
};

Results compute(Pool& pool, const Case& c) {
  const auto& a = c.shape;
  std::vector<Segment> segments;
  int64_t tokens = 0;
  for (const int64_t length : c.lengths) {
    segments.push_back({tokens, tokens + length});
    tokens += length;
  }
  const int64_t wide = tokens * a.n_head * a.head_dim, narrow = tokens * a.n_head_kv * a.head_dim;
  const auto q = random_values(wide, 1), k = random_values(narrow, 2), v = random_values(narrow, 3), dout = random_values(wide, 4);
  // Outputs start as NaN, since all must be overwritten.
  const auto unset = [](int64_t n) { return std::vector<float>((size_t)n, NAN); };
  Results r{unset(wide), unset(tokens * a.n_head), unset(wide), unset(narrow), unset(narrow)};
  AttentionScratch scratch;
  attention_forward(pool, a, segments, q.data(), k.data(), v.data(), r.out.data(), r.lse.data(), scratch);
  attention_backward(pool, a, segments, tokens, q.data(), k.data(), v.data(), r.out.data(), r.lse.data(), dout.data(), r.dq.data(),
                     r.dk.data(), r.dv.data(), scratch);
  return r;
}

double relative_error(const std::vector<float>& got, const std::vector<float>& want) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < want.size(); i++) {
    difference += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
    norm += (double)want[i] * want[i];
  }
  // A single token's scores have no gradient: only the rounding of cancelling values of order one is left.
  const double error = std::sqrt(difference / std::max(norm, (double)want.size()));
  return std::isfinite(error) ? error : INFINITY;
}

bool same(const std::vector<float>& a, const std::vector<float>& b) { return !memcmp(a.data(), b.data(), a.size() * sizeof(float)); }
bool same(const Results& a, const Results& b) {
  return same(a.out, b.out) && same(a.lse, b.lse) && same(a.dq, b.dq) && same(a.dk, b.dk) && same(a.dv, b.dv);
}

}  // namespace

int main() {
  std::string json;
  bool good = true;
  Pool one(1), three(3);
  for (const Variant& variant : kVariants) {
    if (strcmp(select_kernels(variant.name), variant.name)) continue;
    double worst = 0;
    std::string where;
    bool deterministic = true;
    for (const Case& c : kCases) {
      select_kernels("reference");
      const Results want = compute(one, c);
      select_kernels(variant.name);
      const Results got = compute(one, c);
      // Whatever the number of threads.
      deterministic = deterministic && same(got, compute(three, c));
      const auto add = [&](const char* what, const std::vector<float>& a, const std::vector<float>& b) {
        const double error = relative_error(a, b);
        if (error < worst) return;
        worst = error;
        where = std::string(c.what) + ": " + what;
      };
      add("out", got.out, want.out);
      add("lse", got.lse, want.lse);
      add("dq", got.dq, want.dq);
      add("dk", got.dk, want.dk);
      add("dv", got.dv, want.dv);
    }
    good = good && worst <= variant.bound && deterministic;
    char line[256];
    snprintf(line, sizeof line, "%s{\"name\":\"%s\",\"worst\":%.3g,\"where\":\"%s\",\"bound\":%g,\"deterministic\":%s}",
             json.empty() ? "" : ",", variant.name, worst, where.c_str(), variant.bound, deterministic ? "true" : "false");
    json += line;
  }
  printf("{\"variants\":[%s]}\n", json.c_str());
  if (!good) fprintf(stderr, "outside its bound, or not the same with other threads: %s\n", json.c_str());
  return good ? 0 : 1;
}
