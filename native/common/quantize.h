#pragma once
#include "common/gguf_file.h"
#include "common/parallel.h"

namespace repotune {

/** The type a weight with rows of `n_in` gets when `wanted` is asked: `wanted`, or Q4_0 where its blocks do not divide the rows. */
ggml_type quantizable_type(ggml_type wanted, int64_t n_in);

/** Rows of any ggml type as F32. out: [rows, n_in]. */
void dequantize_rows(ggml_type type, const void* data, int64_t rows, int64_t n_in, float* out);

/**
 * A weight [rows, n_in] of one type in another, by ggml's quantizers.
 * `importance` [n_in] weighs the error of each input (mean square activation); nullptr: all alike.
 */
AlignedBytes convert_weight(Pool& pool, ggml_type from, const void* data, int64_t rows, int64_t n_in, ggml_type to,
                            const float* importance = nullptr);

}  // namespace repotune
