// make_shape OUT.gguf TOKENIZER.gguf [0.5B|1.5B|3B|7B|tiny]: a model of that Qwen2.5's shape in Q4_0 with random weights, for measuring
// speed alone; tiny is for trying the measuring. Shapes: config.json of https://huggingface.co/Qwen/Qwen2.5-0.5B, -1.5B, -3B, -7B. The
// tokenizer of TOKENIZER.gguf is padded to the vocabulary's size.
#include <ggml-cpp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

struct Shape {
  const char* size;
  uint32_t blocks, embedding, heads, kv_heads, feed_forward, vocabulary = 151936, context = 32768;
  /** Whether the embedding is also the output. */
  bool tied = true;
};
constexpr Shape kShapes[] = {{"0.5B", 24, 896, 14, 2, 4864},
                             {"1.5B", 28, 1536, 12, 2, 8960},
                             {"3B", 36, 2048, 16, 2, 11008},
                             {"7B", 28, 3584, 28, 4, 18944, 152064, 32768, /*tied*/ false},
                             {"tiny", 2, 256, 4, 2, 512, 32768, 2048}};

const Shape* shape_of(const char* size) {
  for (const Shape& shape : kShapes)
    if (!std::strcmp(shape.size, size)) return &shape;
  return nullptr;
}

/** Standard deviation of the weights, as at initialization. */
constexpr float kDeviation = 0.02f;

/** Bytes generated and written at a time: whole blocks of every type, and whole words of the generator. */
constexpr size_t kPiece = 8 * 18 * 34 * 1024;

/** Tensors of random weights: described first, then written one after another, so that only one piece is in memory. */
class Weights {
 public:
  Weights(gguf_context* gguf, ggml_context* context) : gguf_(gguf), context_(context), piece_(kPiece) {}

  void add(const std::string& name, ggml_type type, int64_t columns, int64_t rows = 0) {
    ggml_tensor* tensor = rows ? ggml_new_tensor_2d(context_, type, columns, rows) : ggml_new_tensor_1d(context_, type, columns);
    ggml_set_name(tensor, name.c_str());
    gguf_add_tensor(gguf_, tensor);
    tensors_.push_back(tensor);
  }

  /** Appends the tensors to `file`, which already holds everything else. */
  bool write(FILE* file) {
    const size_t alignment = gguf_get_alignment(gguf_);
    for (const ggml_tensor* tensor : tensors_) {
      const size_t size = ggml_nbytes(tensor), padding = (alignment - size % alignment) % alignment;
      for (size_t at = 0; at < size; at += kPiece) {
        const size_t count = std::min(kPiece, size - at);
        fill(tensor->type, count, std::strstr(tensor->name, "norm") != nullptr);
        if (std::fwrite(piece_.data(), 1, count, file) != count) return false;
      }
      std::fill_n(piece_.begin(), padding, uint8_t{0});
      if (std::fwrite(piece_.data(), 1, padding, file) != padding) return false;
    }
    return true;
  }

 private:
  void fill(ggml_type type, size_t size, bool norm) {
    if (type == GGML_TYPE_F32) {
      auto* values = reinterpret_cast<float*>(piece_.data());
      for (size_t i = 0; i < size / sizeof(float); ++i) values[i] = norm ? 1.0f : kDeviation * (uniform_(random_) - 0.5f);
      return;
    }
    // A block is a half-precision scale and 32 codes, uniform: deviation 4.6 in Q4_0 (16 codes), 74 in Q8_0 (256).
    const ggml_fp16_t scale = ggml_fp32_to_fp16(kDeviation / (type == GGML_TYPE_Q4_0 ? 4.6f : 74.0f));
    for (size_t i = 0; i < size; i += 8) {
      const uint64_t word = random_();
      std::memcpy(&piece_[i], &word, sizeof word);
    }
    for (size_t at = 0; at < size; at += ggml_type_size(type)) std::memcpy(&piece_[at], &scale, sizeof scale);
  }

  gguf_context* gguf_;
  ggml_context* context_;
  std::vector<const ggml_tensor*> tensors_;
  std::vector<uint8_t> piece_;
  std::mt19937_64 random_{1};
  std::uniform_real_distribution<float> uniform_{0, 1};
};

void pad_tokenizer(gguf_context* out, const gguf_context* from, uint32_t size) {
  const int64_t tokens_id = gguf_find_key(from, "tokenizer.ggml.tokens");
  const int64_t types_id = gguf_find_key(from, "tokenizer.ggml.token_type");
  const size_t count = gguf_get_arr_n(from, tokens_id);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(gguf_get_arr_str(from, tokens_id, i));
  std::vector<int32_t> types(static_cast<const int32_t*>(gguf_get_arr_data(from, types_id)),
                             static_cast<const int32_t*>(gguf_get_arr_data(from, types_id)) + count);
  constexpr int32_t kNormal = 1;
  for (size_t i = count; i < size; ++i) {
    texts.push_back("word" + std::to_string(i));
    types.push_back(kNormal);
  }
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  gguf_set_arr_str(out, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(out, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
}

void describe(gguf_context* gguf, const Shape& s) {
  gguf_set_val_str(gguf, "general.architecture", "qwen2");
  gguf_set_val_str(gguf, "general.name", ("Qwen2.5-" + std::string(s.size) + " shape, random weights").c_str());
  gguf_set_val_str(gguf, "repotune.prompt_order", "suffix-first");
  gguf_set_val_u32(gguf, "general.file_type", 2);
  gguf_set_val_u32(gguf, "qwen2.block_count", s.blocks);
  gguf_set_val_u32(gguf, "qwen2.context_length", s.context);
  gguf_set_val_u32(gguf, "qwen2.embedding_length", s.embedding);
  gguf_set_val_u32(gguf, "qwen2.feed_forward_length", s.feed_forward);
  gguf_set_val_u32(gguf, "qwen2.attention.head_count", s.heads);
  gguf_set_val_u32(gguf, "qwen2.attention.head_count_kv", s.kv_heads);
  gguf_set_val_f32(gguf, "qwen2.rope.freq_base", 1e6f);
  gguf_set_val_f32(gguf, "qwen2.attention.layer_norm_rms_epsilon", 1e-6f);
}

void add_weights(Weights& weights, const Shape& s) {
  const int64_t kv = s.embedding / s.heads * s.kv_heads;
  // llama.cpp's own Q4_0 files keep the output, and so a tied embedding, in eight bits.
  weights.add("token_embd.weight", s.tied ? GGML_TYPE_Q8_0 : GGML_TYPE_Q4_0, s.embedding, s.vocabulary);
  if (!s.tied) weights.add("output.weight", GGML_TYPE_Q8_0, s.embedding, s.vocabulary);
  weights.add("output_norm.weight", GGML_TYPE_F32, s.embedding);
  for (uint32_t i = 0; i < s.blocks; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    weights.add(block + "attn_norm.weight", GGML_TYPE_F32, s.embedding);
    weights.add(block + "ffn_norm.weight", GGML_TYPE_F32, s.embedding);
    weights.add(block + "attn_q.weight", GGML_TYPE_Q4_0, s.embedding, s.embedding);
    weights.add(block + "attn_k.weight", GGML_TYPE_Q4_0, s.embedding, kv);
    weights.add(block + "attn_v.weight", GGML_TYPE_Q4_0, s.embedding, kv);
    weights.add(block + "attn_q.bias", GGML_TYPE_F32, s.embedding);
    weights.add(block + "attn_k.bias", GGML_TYPE_F32, kv);
    weights.add(block + "attn_v.bias", GGML_TYPE_F32, kv);
    weights.add(block + "attn_output.weight", GGML_TYPE_Q4_0, s.embedding, s.embedding);
    weights.add(block + "ffn_gate.weight", GGML_TYPE_Q4_0, s.embedding, s.feed_forward);
    weights.add(block + "ffn_up.weight", GGML_TYPE_Q4_0, s.embedding, s.feed_forward);
    weights.add(block + "ffn_down.weight", GGML_TYPE_Q4_0, s.feed_forward, s.embedding);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Shape* found = argc == 3 || argc == 4 ? shape_of(argc == 4 ? argv[3] : "0.5B") : nullptr;
  if (!found) {
    std::fprintf(stderr, "usage: make_shape OUT.gguf TOKENIZER.gguf [0.5B|1.5B|3B|7B|tiny]\n");
    return 2;
  }
  gguf_context_ptr from(gguf_init_from_file(argv[2], {/*no_alloc=*/true, /*ctx=*/nullptr}));
  if (!from) {
    std::fprintf(stderr, "make_shape: %s is not a GGUF file\n", argv[2]);
    return 1;
  }
  const Shape& shape = *found;
  gguf_context_ptr out(gguf_init_empty());
  gguf_set_kv(out.get(), from.get());
  pad_tokenizer(out.get(), from.get(), shape.vocabulary);
  describe(out.get(), shape);
  const ggml_context_ptr context(ggml_init({ggml_tensor_overhead() * 1024, nullptr, /*no_alloc=*/true}));
  Weights weights(out.get(), context.get());
  add_weights(weights, shape);
  bool written = gguf_write_to_file(out.get(), argv[1], /*only_meta=*/true);
  FILE* file = written ? std::fopen(argv[1], "ab") : nullptr;
  written = file && weights.write(file);
  if (file && std::fclose(file) != 0) written = false;
  if (!written) {
    std::fprintf(stderr, "make_shape: %s cannot be written\n", argv[1]);
    return 1;
  }
  return 0;
}
