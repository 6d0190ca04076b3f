#include "common/quantize.h"

#include <cstring>

#include "common/errors.h"

namespace repotune {

ggml_type quantizable_type(ggml_type wanted, int64_t n_in) {
  return n_in % ggml_blck_size(wanted) == 0 ? wanted : n_in % ggml_blck_size(GGML_TYPE_Q4_0) == 0 ? GGML_TYPE_Q4_0 : GGML_TYPE_F16;
}

void dequantize_rows(ggml_type type, const void* data, int64_t rows, int64_t n_in, float* out) {
  if (type == GGML_TYPE_F32) {
    memcpy(out, data, sizeof(float) * (size_t)(rows * n_in));
    return;
  }
  const ggml_type_traits* traits = ggml_get_type_traits(type);
  if (!traits->to_float) throw UserError(ErrorCode::model_unsupported, format("Weights of type %s cannot be read.", ggml_type_name(type)));
  traits->to_float(data, out, rows * n_in);
}

AlignedBytes convert_weight(Pool& pool, ggml_type from, const void* data, int64_t rows, int64_t n_in, ggml_type to,
                            const float* importance) {
  const size_t from_row = ggml_row_size(from, n_in), to_row = ggml_row_size(to, n_in);
  AlignedBytes out(to_row * (size_t)rows);
  ggml_quantize_init(to);  // tables of some types, shared by all threads
  pool.run([&](int ith, int nth) {
    const Range part = split(rows, ith, nth);
    std::vector<float> row((size_t)n_in);
    for (int64_t r = part.begin; r < part.end; r++) {
      dequantize_rows(from, (const uint8_t*)data + (size_t)r * from_row, 1, n_in, row.data());
      ggml_quantize_chunk(to, row.data(), out.data() + (size_t)r * to_row, 0, 1, n_in, importance);
    }
  });
  return out;
}

}  // namespace repotune
