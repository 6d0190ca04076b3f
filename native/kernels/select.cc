#include "kernels/select.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "common/random.h"
#include "kernels/reference.h"

namespace repotune {

namespace {

/** Whether the error is at most `bound` times the result, by norm. */
bool agree(const std::vector<float>& got, const std::vector<float>& want, double bound) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < want.size(); i++) {
    difference += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
    norm += (double)want[i] * want[i];
  }
  return difference <= bound * bound * norm;
}

/**
 * A small product, ragged on every side, against the reference: a hypervisor may advertise features it does not deliver. forward(pool, w,
 * x, rows, y), backward(pool, w, dy, rows, dx); bound: of the error relative to the result.
 */
template <typename Forward, typename Backward>
bool computes(Forward forward, Backward backward, double bound) {
  constexpr int64_t rows = 37, n_out = 70, n_in = 96;
  std::vector<float> x(rows * n_in), weight(n_out * n_in), want(rows * n_out), got(rows * n_out);
  for (size_t i = 0; i < x.size(); i++) x[i] = uniform(1, i) - 0.5f;
  for (size_t i = 0; i < weight.size(); i++) weight[i] = uniform(2, i) - 0.5f;
  const Weight w{GGML_TYPE_F32, weight.data(), n_out, n_in};
  Pool pool(1);
  reference_forward(pool, w, x.data(), rows, want.data());
  forward(pool, w, x.data(), rows, got.data());
  if (!agree(got, want, bound)) return false;
  const std::vector<float> dy = want;
  want.assign(x.size(), 0.0f);
  got.assign(x.size(), 0.0f);
  reference_backward(pool, w, dy.data(), rows, want.data(), false);
  backward(pool, w, dy.data(), rows, got.data());
  return agree(got, want, bound);
}

/** The forward with a type's own codes, which `computes` does not cover. */
bool computes_own(const IntegerKernel& kernel) {
  constexpr int64_t rows = 37, n_out = 70, n_in = 96;
  for (const ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_Q5_0, GGML_TYPE_Q8_0}) {
    if (!kernel.takes_own(type)) continue;
    std::vector<float> x(rows * n_in), values(n_out * n_in), want(rows * n_out), got(rows * n_out);
    for (size_t i = 0; i < x.size(); i++) x[i] = uniform(3, i) - 0.5f;
    for (size_t i = 0; i < values.size(); i++) values[i] = uniform(4, i) - 0.5f;
    std::vector<uint8_t> data(ggml_row_size(type, n_in) * n_out);
    ggml_quantize_chunk(type, values.data(), data.data(), 0, n_out, n_in, nullptr);
    const Weight w{type, data.data(), n_out, n_in};
    Pool pool(1);
    reference_forward(pool, w, x.data(), rows, want.data());
    integer_forward(kernel, pool, w, x.data(), rows, got.data());
    if (!agree(got, want, 0.02)) return false;
  }
  return true;
}

template <typename Kernel>
const Kernel* unless_wrong(const Kernel* kernel, bool right) {
  if (right) return kernel;
  fprintf(stderr, "Repotune computes without %s: its results are wrong on this machine.\n", kernel->name);
  return nullptr;
}

const PanelKernel* checked(const PanelKernel* kernel) {
  if (!kernel) return nullptr;
  Buffer panels;
  const bool right =
      computes([&](Pool& pool, const Weight& w, const float* x, int64_t rows,
                   float* y) { panel_forward(*kernel, pool, w, pack_panels(*kernel, pool, x, rows, w.n_in, panels), y, nullptr); },
               [&](Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx) {
                 panel_backward(*kernel, pool, w, pack_panels(*kernel, pool, dy, rows, w.n_out, panels), dx, false, nullptr);
               },
               0.01);
  return unless_wrong(kernel, right);
}

const IntegerKernel* checked(const IntegerKernel* kernel, const TileKernel* tile) {
  if (!kernel || !tile) return nullptr;
  const bool right =
      computes([&](Pool& pool, const Weight& w, const float* x, int64_t rows, float* y) { integer_forward(*kernel, pool, w, x, rows, y); },
               [&](Pool& pool, const Weight& w, const float* dy, int64_t rows, float* dx) {
                 integer_backward(*kernel, *tile, pool, w, dy, rows, dx, false);
               },
               0.04) &&
      computes_own(*kernel);
  return unless_wrong(kernel, right);
}

const PanelKernel* amx() {
  static const PanelKernel* const kernel = checked(panel_kernel_amx());
  return kernel;
}

const PanelKernel* avx512bf16() {
  static const PanelKernel* const kernel = checked(panel_kernel_avx512bf16());
  return kernel;
}

/**
 * VDPBF16PS has twice the rate of an F32 FMA on AMD's cores and half of it on Intel's (bench/README.md). By vendor rather than by timing: a
 * busy moment must not change which kernels, and so which bits, a run gets.
 */
bool bf16_pays() {
#if defined(__x86_64__)
  return __builtin_cpu_is("amd");
#else
  return false;
#endif
}

}  // namespace

Kernels choose_kernels(const char* name) {
  const auto is = [&](const char* wanted) { return name && !strcmp(name, wanted); };
  if (is("reference")) return {"reference", nullptr, nullptr, nullptr};
  const TileKernel *avx512 = tile_kernel_avx512(), *avx2 = tile_kernel_avx2(), *portable = tile_kernel_portable();
  for (const TileKernel* tile : {avx512, avx2, portable})
    if (tile && is(tile->name)) return {tile->name, tile, nullptr, nullptr};
  const TileKernel* best = avx512 ? avx512 : avx2 ? avx2 : portable;
  if (is("f32")) return {best->name, best, nullptr, nullptr};
  if (is("amx-emulated") && panel_kernel_amx_emulated()) return {"amx-emulated", best, panel_kernel_amx_emulated(), nullptr};
  if (is("avx512bf16") && avx512bf16()) return {"avx512bf16", best, avx512bf16(), nullptr};
  // An integer kernel's F32 side has its own width: it then runs as on a processor that has nothing wider.
  const struct {
    const IntegerKernel* kernel;
    const TileKernel* tile;
  } integers[] = {{integer_kernel_avx512vnni(), avx512},
                  {integer_kernel_avxvnni(), avx2},
                  {integer_kernel_avx2(), avx2},
                  {integer_kernel_dotprod(), portable},
                  {integer_kernel_portable(), portable}};
  for (const auto& [kernel, tile] : integers)
    if (kernel && tile && is(kernel->name)) return {kernel->name, tile, nullptr, kernel};
  if (const PanelKernel* panels = amx()) return {panels->name, best, panels, nullptr};
  if (bf16_pays() && avx512bf16()) return {"avx512bf16", best, avx512bf16(), nullptr};
  // Integers are the next fastest, and learn as much from the same text (bench/results/training.md). F32 on 64-byte vectors is as fast as
  // integers on 32-byte ones without a dedicated instruction; on Arm only by name, since they have not been measured there.
  static const IntegerKernel* const fastest = [&] {
    if (const IntegerKernel* kernel = checked(integer_kernel_avx512vnni(), avx512)) return kernel;
    if (const IntegerKernel* kernel = checked(integer_kernel_avxvnni(), avx2)) return kernel;
    return avx512 ? nullptr : checked(integer_kernel_avx2(), avx2);
  }();
  if (fastest) return {fastest->name, fastest == integer_kernel_avx512vnni() ? avx512 : avx2, nullptr, fastest};
  return {best->name, best, nullptr, nullptr};
}

}  // namespace repotune
