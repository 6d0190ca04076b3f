#pragma once
#include "common/gguf_file.h"
#include "common/parallel.h"

namespace repotune {

/** The type for a weight with rows of `n_in`: `wanted`, or Q4_0 if `wanted`'s blocks do not divide the rows. */
ggml_type quantizable_type(ggml_type wanted, int64_t n_in);

/** Rows of any ggml type as F32. out: [rows, n_in]. */
void dequantize_rows(ggml_type type, const void* data, int64_t rows, int64_t n_in, float* out);

/**
 * Converts a weight [rows, n_in] between types with ggml's quantizers. `importance` [n_in] weights the error of each input (mean square
 * activation); nullptr: all equally.
 */
AlignedBytes convert_weight(Pool& pool, ggml_type from, const void* data, int64_t rows, int64_t n_in, ggml_type to,
                            const float* importance = nullptr);

}  // namespace repotune
