#include "trainer/cpu/lora.h"

#include "kernels/elementwise.h"
#include "trainer/cpu/lora_panels.h"

namespace repotune {

namespace {

/** Rows per chunk, so that a thread's x, u and y stay in cache between the two small products. */
constexpr int64_t kRows = 64;

void lora_project(const LoraPass& pass, const Linear& linear, const float* x, int64_t rows, float* u) {
  const int64_t n_in = linear.w.n_in, r = pass.rank;
  const float* a = pass.parameters + linear.a;
  pass.pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth, kRows);
    for (int64_t begin = part.begin; begin < part.end; begin += kRows) {
      const int64_t end = begin + kRows < part.end ? begin + kRows : part.end;
      gemm(false, true, end - begin, r, n_in, 1, x + begin * n_in, n_in, a, n_in, 0, u + begin * r, r);
    }
  });
}

void linear_forward(const LoraPass& pass, const Linear& linear, const float* x, int64_t rows, float* y, float* u) {
  const int64_t n_in = linear.w.n_in, n_out = linear.w.n_out, r = pass.rank;
  matmul_forward(pass.pool, linear.w, x, rows, y);
  if (!linear.adapted()) return add_bias(pass.pool, linear, rows, y);
  const float *a = pass.parameters + linear.a, *b = pass.parameters + linear.b;
  pass.pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth, kRows);
    for (int64_t begin = part.begin; begin < part.end; begin += kRows) {
      const int64_t end = begin + kRows < part.end ? begin + kRows : part.end;
      gemm(false, true, end - begin, r, n_in, 1, x + begin * n_in, n_in, a, n_in, 0, u + begin * r, r);
      gemm(false, true, end - begin, n_out, r, pass.scale, u + begin * r, r, b, r, 1, y + begin * n_out, n_out);
    }
  });
  add_bias(pass.pool, linear, rows, y);
}

void linear_backward_input(const LoraPass& pass, const Linear& linear, const float* dy, int64_t rows, float* du, float* dx,
                           bool accumulate) {
  const int64_t n_in = linear.w.n_in, n_out = linear.w.n_out, r = pass.rank;
  const float *a = pass.parameters + linear.a, *b = pass.parameters + linear.b;
  if (dx) matmul_backward(pass.pool, linear.w, dy, rows, dx, accumulate);
  pass.pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth, kRows);
    for (int64_t begin = part.begin; begin < part.end; begin += kRows) {
      const int64_t end = begin + kRows < part.end ? begin + kRows : part.end;
      gemm(false, false, end - begin, r, n_out, pass.scale, dy + begin * n_out, n_out, b, r, 0, du + begin * r, r);
      if (dx) gemm(false, false, end - begin, n_in, r, 1, du + begin * r, r, a, n_in, 1, dx + begin * n_in, n_in);
    }
  });
}

void linear_backward_weights(const LoraPass& pass, const Linear& linear, const float* x, const float* u, const float* dy, const float* du,
                             int64_t rows) {
  const int64_t n_in = linear.w.n_in, n_out = linear.w.n_out, r = pass.rank;
  float *da = pass.gradients + linear.a, *db = pass.gradients + linear.b;
  pass.pool.run([&](int ith, int nth) {
    const Range out = split(n_out, ith, nth, 16), in = split(n_in, ith, nth, 16);
    if (out.end > out.begin)
      gemm(true, false, out.end - out.begin, r, rows, pass.scale, dy + out.begin, n_out, u, r, 1, db + out.begin * r, r);
    if (in.end > in.begin) gemm(true, false, r, in.end - in.begin, rows, 1, du, r, x + in.begin, n_in, 1, da + in.begin, n_in);
  });
}

}  // namespace

void add_bias(Pool& pool, const Linear& linear, int64_t rows, float* y) {
  if (linear.bias.empty()) return;
  const int64_t n_out = linear.w.n_out;
  over(pool, rows, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; t++) axpy(1, linear.bias.data(), n_out, y + t * n_out);
  });
}

void linears_forward(const LoraPass& pass, const float* x, int64_t rows, LinearsForward linears) {
  if (const PanelKernel* kernel = selected_panels()) return panels_forward(*kernel, pass, x, rows, linears);
  for (const LinearForward& l : linears)
    l.y ? linear_forward(pass, l.linear, x, rows, l.y, l.u) : lora_project(pass, l.linear, x, rows, l.u);
}

void linears_backward_input(const LoraPass& pass, int64_t rows, LinearsBackward linears, float* dx, bool accumulate) {
  if (const PanelKernel* kernel = selected_panels()) return panels_backward_input(*kernel, pass, rows, linears, dx, accumulate);
  float* du = pass.scratch.du.need((int64_t)linears.size() * rows * pass.rank);
  for (const LinearBackward& l : linears) {
    linear_backward_input(pass, l.linear, l.dy, rows, du, dx, accumulate);
    accumulate = true;
    du += rows * pass.rank;
  }
}

void linears_backward_weights(const LoraPass& pass, const float* x, int64_t rows, LinearsBackward linears) {
  if (const PanelKernel* kernel = selected_panels()) return panels_backward_weights(*kernel, pass, x, rows, linears);
  const float* du = pass.scratch.du.data();
  for (const LinearBackward& l : linears) {
    linear_backward_weights(pass, l.linear, x, l.u, l.dy, du, rows);
    du += rows * pass.rank;
  }
}

}  // namespace repotune
