#include "trainer/cpu/lora_panels.h"

#include <cstring>

#include "kernels/elementwise.h"

namespace repotune {

namespace {

Weight dense(const float* data, int64_t n_out, int64_t n_in) { return {GGML_TYPE_F32, data, n_out, n_in}; }

}  // namespace

void panels_forward(const PanelKernel& kernel, const LoraPass& pass, const float* x, int64_t rows, LinearsForward linears) {
  LoraScratch& scratch = pass.scratch;
  const int64_t n_in = linears.begin()->linear.w.n_in, r = pass.rank, ranks = (int64_t)linears.size() * r;
  const PackedRows packed = pack_panels(kernel, pass.pool, x, rows, n_in, scratch.packed);
  if (!linears.begin()->linear.adapted()) {
    for (const LinearForward& l : linears) {
      panel_forward(kernel, pass.pool, l.linear.w, packed, l.y, nullptr);
      add_bias(pass.pool, l.linear, rows, l.y);
    }
    return;
  }
  // The A's of all linears are stacked into one matrix of `ranks` rows: a single A would leave most of a column block idle.
  float *a = scratch.stacked.need(ranks * n_in), *u = scratch.u.need(rows * ranks), *scaled = scratch.low.need(rows * r);
  int64_t at = 0;
  for (const LinearForward& l : linears) {
    memcpy(a + at * n_in, pass.parameters + l.linear.a, sizeof(float) * (size_t)(r * n_in));
    at += r;
  }
  panel_project(kernel, pass.pool, dense(a, ranks, n_in), packed, u);
  at = 0;
  for (const LinearForward& l : linears) {
    over(pass.pool, rows, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++)
        for (int64_t j = 0; j < r; j++) scaled[t * r + j] = pass.scale * (l.u[t * r + j] = u[t * ranks + at + j]);
    });
    at += r;
    if (!l.y) continue;
    const int64_t n_out = l.linear.w.n_out;
    const LowRank adapter{pack_panels(kernel, pass.pool, scaled, rows, r, scratch.packed_low),
                          dense(pass.parameters + l.linear.b, n_out, r)};
    panel_forward(kernel, pass.pool, l.linear.w, packed, l.y, &adapter);
    add_bias(pass.pool, l.linear, rows, l.y);
  }
}

void panels_backward_input(const PanelKernel& kernel, const LoraPass& pass, int64_t rows, LinearsBackward linears, float* dx,
                           bool accumulate) {
  LoraScratch& scratch = pass.scratch;
  const int64_t r = pass.rank;
  float *transposed = scratch.du.need((int64_t)linears.size() * r * rows), *du = scratch.low.need(rows * r);
  for (const LinearBackward& l : linears) {
    const int64_t n_in = l.linear.w.n_in, n_out = l.linear.w.n_out;
    const PackedRows packed = pack_panels(kernel, pass.pool, l.dy, rows, n_out, scratch.packed);
    panel_project_backward(kernel, pass.pool, dense(pass.parameters + l.linear.b, n_out, r), packed, du);
    over(pass.pool, rows, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++)
        for (int64_t j = 0; j < r; j++) transposed[j * rows + t] = du[t * r + j] *= pass.scale;
    });
    transposed += r * rows;
    if (!dx) continue;
    const LowRank adapter{pack_panels(kernel, pass.pool, du, rows, r, scratch.packed_low), dense(pass.parameters + l.linear.a, r, n_in)};
    panel_backward(kernel, pass.pool, l.linear.w, packed, dx, accumulate, &adapter);
    accumulate = true;
  }
}

void panels_backward_weights(const PanelKernel& kernel, const LoraPass& pass, const float* x, int64_t rows, LinearsBackward linears) {
  LoraScratch& scratch = pass.scratch;
  const int64_t n_in = linears.begin()->linear.w.n_in, r = pass.rank, ranks = (int64_t)linears.size() * r;
  float* da = scratch.stacked.need(ranks * n_in);
  panel_backward(kernel, pass.pool, dense(x, rows, n_in),
                 pack_panels(kernel, pass.pool, scratch.du.data(), ranks, rows, scratch.packed_low), da, false, nullptr);
  for (const LinearBackward& l : linears) {
    axpy(1, da, r * n_in, pass.gradients + l.linear.a);
    da += r * n_in;
  }
  float* transposed = scratch.low.need(rows * r);
  for (const LinearBackward& l : linears) {
    const int64_t n_out = l.linear.w.n_out;
    over(pass.pool, rows, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; t++)
        for (int64_t j = 0; j < r; j++) transposed[j * rows + t] = l.u[t * r + j];
    });
    float *db = scratch.stacked.need(r * n_out), *gradient = pass.gradients + l.linear.b;
    panel_backward(kernel, pass.pool, dense(l.dy, rows, n_out), pack_panels(kernel, pass.pool, transposed, r, rows, scratch.packed_low), db,
                   false, nullptr);
    over(pass.pool, n_out, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; n++)
        for (int64_t j = 0; j < r; j++) gradient[n * r + j] += pass.scale * db[j * n_out + n];
    });
  }
}

}  // namespace repotune
