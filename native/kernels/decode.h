#pragma once
// Weights to F32, as loops that compilers vectorize. Included by each file that is compiled for one instruction set, hence the unnamed
// namespace: a shared inline function could end up compiled for another processor. Block layouts: ggml's quantization formats
// (https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h).
#include <cstdint>
#include <cstring>

#include "kernels/matmul.h"

namespace repotune {

namespace {

inline float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
/** The exponent biases differ by 112: multiplying by 2^112 is also right for subnormals; above the largest half come infinity and NaN. */
inline float half_to_float(uint16_t h) {
  const float magnitude = as_float((uint32_t)(h & 0x7fff) << 13) * 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &magnitude, sizeof bits);
  bits |= magnitude >= 65536.0f ? 0x7f800000 : 0;
  return as_float(bits | (uint32_t)(h & 0x8000) << 16);
}
inline float half_at(const uint8_t* p) {
  uint16_t h;
  memcpy(&h, p, sizeof h);
  return half_to_float(h);
}

inline void decode_f16(const uint8_t* p, int64_t n, float* out) {
  const uint16_t* from = (const uint16_t*)p;
  for (int64_t i = 0; i < n; i++) out[i] = half_to_float(from[i]);
}
inline void decode_bf16(const uint8_t* p, int64_t n, float* out) {
  const uint16_t* from = (const uint16_t*)p;
  for (int64_t i = 0; i < n; i++) out[i] = as_float((uint32_t)from[i] << 16);
}

/** 32 signed bytes and a scale. */
inline void decode_q8_0(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 32, out += 32, p += 34) {
    const float d = half_at(p);
    const int8_t* q = (const int8_t*)p + 2;
    for (int i = 0; i < 32; i++) out[i] = d * (float)q[i];
  }
}
/** A scale and 32 nibbles, low ones first. */
inline void decode_q4_0(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 32, out += 32, p += 18) {
    const float d = half_at(p);
    const uint8_t* q = p + 2;
    for (int i = 0; i < 16; i++) out[i] = d * (float)((q[i] & 15) - 8);
    for (int i = 0; i < 16; i++) out[16 + i] = d * (float)((q[i] >> 4) - 8);
  }
}
inline uint64_t eight_at(const uint8_t* p) {
  uint64_t eight;
  memcpy(&eight, p, sizeof eight);
  return eight;
}
/** Bit i of `bits` as 16 in byte i: each byte keeps its own bit, and adding 0x7f carries it into the byte's highest. */
inline uint64_t sixteens(uint8_t bits) {
  const uint64_t own = (bits * 0x0101010101010101u) & 0x8040201008040201u;
  return ((own + 0x7f7f7f7f7f7f7f7fu) & 0x8080808080808080u) >> 3;
}
/** 32 codes, four times eight. */
struct Codes32 {
  uint64_t eight[4];
};
/** Five-bit codes, 0 to 31: `q` has their nibbles, low ones first, `fifth` one bit each. Compilers do not vectorize single bits. */
inline Codes32 five_bit_codes(const uint8_t* fifth, const uint8_t* q) {
  constexpr uint64_t kNibbles = 0x0f0f0f0f0f0f0f0fu;
  const uint64_t first = eight_at(q), second = eight_at(q + 8);
  return {{(first & kNibbles) | sixteens(fifth[0]), (second & kNibbles) | sixteens(fifth[1]), (first >> 4 & kNibbles) | sixteens(fifth[2]),
           (second >> 4 & kNibbles) | sixteens(fifth[3])}};
}
/** A scale and 32 codes. llama.cpp uses it instead of Q4_K for rows that are not a multiple of 256. */
inline void decode_q5_0(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 32, out += 32, p += 22) {
    const float d = half_at(p);
    const Codes32 read = five_bit_codes(p + 2, p + 6);
    alignas(32) uint8_t codes[32];
    memcpy(codes, &read, sizeof codes);
    for (int i = 0; i < 32; i++) out[i] = d * (float)((int)codes[i] - 16);
  }
}
/** A scale, a minimum and 32 codes. */
inline void decode_q5_1(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 32, out += 32, p += 24) {
    const float d = half_at(p), m = half_at(p + 2);
    const Codes32 read = five_bit_codes(p + 4, p + 8);
    alignas(32) uint8_t codes[32];
    memcpy(codes, &read, sizeof codes);
    for (int i = 0; i < 32; i++) out[i] = d * (float)(int)codes[i] + m;
  }
}
/** As Q4_0, with nibbles that index a codebook. */
inline void decode_iq4_nl(const uint8_t* p, int64_t n, float* out) {
  alignas(16) static const int8_t codes[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
  for (; n > 0; n -= 32, out += 32, p += 18) {
    const float d = half_at(p);
    alignas(16) int8_t values[32];
#if defined(__GNUC__) && !defined(__clang__)
    typedef int8_t Bytes __attribute__((vector_size(16)));
    typedef uint8_t Nibbles __attribute__((vector_size(16)));
    Nibbles q;
    memcpy(&q, p + 2, sizeof q);
    Bytes table;
    memcpy(&table, codes, sizeof table);
    const Bytes low = __builtin_shuffle(table, (Bytes)(q & 15)), high = __builtin_shuffle(table, (Bytes)(q >> 4));
    memcpy(values, &low, sizeof low);
    memcpy(values + 16, &high, sizeof high);
#else
    for (int i = 0; i < 16; i++) {
      values[i] = codes[p[2 + i] & 15];
      values[16 + i] = codes[p[2 + i] >> 4];
    }
#endif
    for (int i = 0; i < 32; i++) out[i] = d * (float)values[i];
  }
}
struct Q4KGroup {
  int scale, minimum;
};
/** Six bits each, packed into twelve bytes for eight groups. */
inline Q4KGroup q4_k_group(const uint8_t* packed, int group) {
  if (group < 4) return {packed[group] & 63, packed[group + 4] & 63};
  return {(packed[group + 4] & 15) | packed[group - 4] >> 6 << 4, packed[group + 4] >> 4 | packed[group] >> 6 << 4};
}
/** 256 nibbles in eight groups of 32, whose scales and minima are six bits each, packed into twelve bytes. */
inline void decode_q4_k(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 256, p += 144) {
    const float d = half_at(p), dmin = half_at(p + 2);
    const uint8_t* q = p + 16;
    for (int group = 0; group < 8; group++, out += 32) {
      const Q4KGroup g = q4_k_group(p + 4, group);
      const float a = d * (float)g.scale, b = dmin * (float)g.minimum;
      const uint8_t* nibbles = q + group / 2 * 32;
      if (group % 2 == 0) {
        for (int i = 0; i < 32; i++) out[i] = a * (float)(nibbles[i] & 15) - b;
      } else {
        for (int i = 0; i < 32; i++) out[i] = a * (float)(nibbles[i] >> 4) - b;
      }
    }
  }
}
/** As Q4_K, with each group's fifth bits in one bit position of 32 bytes. */
inline void decode_q5_k(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 256, p += 176) {
    const float d = half_at(p), dmin = half_at(p + 2);
    const uint8_t *fifth = p + 16, *q = p + 48;
    for (int group = 0; group < 8; group++, out += 32) {
      const Q4KGroup g = q4_k_group(p + 4, group);
      const float a = d * (float)g.scale, b = dmin * (float)g.minimum;
      const uint8_t* nibbles = q + group / 2 * 32;
      const int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) out[i] = a * (float)((nibbles[i] >> shift & 15) | (fifth[i] >> group & 1) << 4) - b;
    }
  }
}
/** 256 six-bit codes (four low bits, two high bits stored separately) with a signed scale per 16. */
inline void decode_q6_k(const uint8_t* p, int64_t n, float* out) {
  for (; n > 0; n -= 256, p += 210) {
    const float d = half_at(p + 208);
    const uint8_t *low = p, *high = p + 128;
    const int8_t* scales = (const int8_t*)p + 192;
    for (int half = 0; half < 2; half++, low += 64, high += 32, scales += 8)
      for (int quarter = 0; quarter < 4; quarter++)
        for (int part = 0; part < 2; part++, out += 16) {
          const float a = d * (float)scales[2 * quarter + part];
          const uint8_t *l = low + quarter % 2 * 32 + part * 16, *h = high + part * 16;
          const int l_shift = quarter / 2 * 4, h_shift = quarter * 2;
          for (int i = 0; i < 16; i++) out[i] = a * (float)(((l[i] >> l_shift & 15) | (h[i] >> h_shift & 3) << 4) - 32);
        }
  }
}

/** Elements [from, from + count) of row `row` of w; from and count are whole quantization blocks. */
inline void decode_weight(const Weight& w, int64_t row, int64_t from, int64_t count, float* out) {
  const uint8_t* p = (const uint8_t*)w.data + (size_t)row * ggml_row_size(w.type, w.n_in) + ggml_row_size(w.type, from);
  switch (w.type) {
    case GGML_TYPE_F32: memcpy(out, p, sizeof(float) * (size_t)count); return;
    case GGML_TYPE_F16: return decode_f16(p, count, out);
    case GGML_TYPE_BF16: return decode_bf16(p, count, out);
    case GGML_TYPE_Q8_0: return decode_q8_0(p, count, out);
    case GGML_TYPE_Q4_0: return decode_q4_0(p, count, out);
    case GGML_TYPE_IQ4_NL: return decode_iq4_nl(p, count, out);
    case GGML_TYPE_Q4_K: return decode_q4_k(p, count, out);
    case GGML_TYPE_Q5_0: return decode_q5_0(p, count, out);
    case GGML_TYPE_Q5_1: return decode_q5_1(p, count, out);
    case GGML_TYPE_Q5_K: return decode_q5_k(p, count, out);
    case GGML_TYPE_Q6_K: return decode_q6_k(p, count, out);
    default: ggml_get_type_traits(w.type)->to_float(p, out, count);
  }
}

}  // namespace

}  // namespace repotune
