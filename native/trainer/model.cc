#include "trainer/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/errors.h"
#include "common/quantize.h"
#include "trainer/cpu/rope.h"

namespace repotune {

namespace {

constexpr Architecture kArchitectures[] = {
    // name     neox   qk_norm post_norms gelu  scaled_embedding sliding_window integers
    {"llama", false, false, false, false, false, false, true},
    {"qwen2", true, false, false, false, false, false, true},
    {"qwen3", true, true, false, false, false, false, false},
    {"gemma3", true, true, true, true, true, true, false},
};

/** Every sixth layer of Gemma 3 has full attention (Gemma 3 report, section 2). */
constexpr int64_t kSlidingWindowPeriod = 6;
constexpr float kSlidingRopeBase = 10000.0f;

constexpr const char* kLinearNames[kLinears] = {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"};

std::string supported_architectures() {
  std::string names;
  for (const auto& a : kArchitectures) names += (names.empty() ? "" : ", ") + std::string(a.name);
  return names;
}

}  // namespace

const Architecture* find_architecture(const std::string& name) {
  for (const auto& a : kArchitectures)
    if (name == a.name) return &a;
  return nullptr;
}

struct ModelLoader {
  const ModelOptions& options;
  GgufFile file;
  TrainerModel& model;
  Pool pool;

  ModelLoader(const ModelOptions& o, TrainerModel& m) : options(o), file(o.path), model(m), pool(o.threads) {}

  std::string key(const char* suffix) const { return std::string(model.arch->name) + "." + suffix; }

  double required(const char* suffix) const {
    const auto values = file.numbers(key(suffix));
    if (values.empty())
      throw UserError(ErrorCode::model_unsupported,
                      format("%s lacks %s: it cannot be trained on.", options.path.c_str(), key(suffix).c_str()));
    for (double v : values)
      if (v != values[0])
        throw UserError(ErrorCode::model_unsupported,
                        format("%s differs between layers, which training does not support yet.", key(suffix).c_str()));
    return values[0];
  }
  double optional(const char* suffix, double fallback) const { return file.number(key(suffix)).value_or(fallback); }

  const GgufTensor& tensor(const std::string& name, int64_t ne0, int64_t ne1) const {
    const GgufTensor* t = file.find(name);
    if (!t)
      throw UserError(ErrorCode::model_unsupported,
                      format("%s lacks the tensor %s of a %s model.", options.path.c_str(), name.c_str(), model.arch->name));
    if (t->ne[0] != ne0 || t->ne[1] != ne1 || t->ne[2] != 1)
      throw UserError(ErrorCode::model_unsupported,
                      format("%s in %s has shape [%lld, %lld], expected [%lld, %lld].", name.c_str(), options.path.c_str(),
                             (long long)t->ne[0], (long long)t->ne[1], (long long)ne0, (long long)ne1));
    if (t->type != GGML_TYPE_F32 && !ggml_get_type_traits(t->type)->to_float)
      throw UserError(ErrorCode::model_unsupported,
                      format("%s is of type %s, which cannot be trained on.", name.c_str(), ggml_type_name(t->type)));
    return *t;
  }

  std::vector<float> vector(const std::string& name, int64_t n) const {
    const GgufTensor& t = tensor(name, n, 1);
    std::vector<float> values((size_t)n);
    if (options.header_only) return values;
    dequantize_rows(t.type, file.read(t).data(), 1, n, values.data());
    return values;
  }
  std::vector<float> optional_vector(const std::string& name, int64_t n) const {
    return file.find(name) ? vector(name, n) : std::vector<float>();
  }

  /** `of`: a block's linear, whose 16-bit weight may be quantized or stay in the file; nullptr: neither. */
  Weight weight(const std::string& name, int64_t n_in, int64_t n_out, Linear* of = nullptr) {
    const GgufTensor& t = tensor(name, n_in, n_out);
    const bool convert = of && options.base_type != GGML_TYPE_COUNT && ggml_blck_size(t.type) == 1;
    const ggml_type type = convert ? quantizable_type(options.base_type, n_in) : t.type;
    const Weight unread{type, nullptr, n_out, n_in};
    model.weight_bytes += bytes_of(unread);
    if (of && type == t.type) of->offset = (int64_t)t.offset;
    if (options.header_only || (options.streamed && of && of->offset >= 0)) return unread;
    AlignedBytes bytes = file.read(t);
    if (type != t.type) bytes = convert_weight(pool, t.type, bytes.data(), n_out, n_in, type);
    model.storage_.push_back(std::move(bytes));
    return Weight{type, model.storage_.back().data(), n_out, n_in};
  }

  void hyperparameters() {
    const std::string arch = file.text("general.architecture");
    model.arch = find_architecture(arch);
    if (!model.arch)
      throw UserError(ErrorCode::model_unsupported, format("The architecture '%s' of %s cannot be trained. Supported: %s.", arch.c_str(),
                                                           options.path.c_str(), supported_architectures().c_str()));
    model.name = file.text("general.name");
    model.prompt_order = file.text("repotune.prompt_order");
    model.prompt_mark = file.text(kPromptMark);
    model.n_embd = (int64_t)required("embedding_length");
    model.n_ff = (int64_t)required("feed_forward_length");
    model.n_head = (int64_t)required("attention.head_count");
    if (model.n_embd <= 0 || model.n_ff <= 0 || model.n_head <= 0)
      throw UserError(ErrorCode::file_damaged, format("The header of %s is damaged.", options.path.c_str()));
    const auto kv = file.numbers(key("attention.head_count_kv"));
    model.n_head_kv = kv.empty() ? model.n_head : (int64_t)required("attention.head_count_kv");
    model.head_dim = (int64_t)optional("attention.key_length", (double)(model.n_embd / model.n_head));
    if (optional("attention.value_length", (double)model.head_dim) != (double)model.head_dim)
      throw UserError(ErrorCode::model_unsupported, "Models whose key and value heads differ in size cannot be trained.");
    if (model.n_head_kv <= 0 || model.n_head % model.n_head_kv != 0)
      throw UserError(ErrorCode::file_damaged, format("The header of %s is damaged.", options.path.c_str()));
    if (optional("expert_count", 0) > 0) throw UserError(ErrorCode::model_unsupported, "Mixture-of-experts models cannot be trained.");
    model.n_ctx = (int64_t)required("context_length");
    model.rms_eps = (float)required("attention.layer_norm_rms_epsilon");
    model.logit_softcap = (float)optional("final_logit_softcapping", 0);
    const int64_t n_layer = (int64_t)required("block_count");
    if (model.n_ctx <= 0 || n_layer <= 0 || n_layer > 4096)
      throw UserError(ErrorCode::file_damaged, format("The header of %s is damaged.", options.path.c_str()));
    model.layers.resize((size_t)n_layer);
    // Only Gemma 3 27B scales by n_embd / n_head instead of the head's size.
    const double scale_dim = model.arch->post_norms && n_layer == 62 ? (double)(model.n_embd / model.n_head) : (double)model.head_dim;
    model.attention_scale = (float)(1.0 / std::sqrt(scale_dim));
  }

  void ropes() {
    RopeScaling scaling;
    scaling.base = (float)optional("rope.freq_base", 10000.0);
    const double factor = optional("rope.scaling.factor", optional("rope.scale_linear", 0));
    std::string kind = file.text(key("rope.scaling.type"));
    if (kind.empty()) kind = "linear";
    if (kind != "none" && kind != "linear" && kind != "yarn")
      throw UserError(ErrorCode::model_unsupported,
                      format("RoPE scaling '%s' cannot be trained. Supported: none, linear, yarn.", kind.c_str()));
    scaling.scale = kind == "none" || factor == 0 ? 1.0f : (float)(1.0 / factor);
    scaling.yarn = kind == "yarn";
    scaling.attention_factor = (float)optional("rope.scaling.attn_factor", 1.0);
    scaling.beta_fast = (float)optional("rope.scaling.yarn_beta_fast", 32.0);
    scaling.beta_slow = (float)optional("rope.scaling.yarn_beta_slow", 1.0);
    scaling.original_context = optional("rope.scaling.original_context_length", (double)model.n_ctx);
    const int64_t n_rot = (int64_t)optional("rope.dimension_count", (double)model.head_dim);
    if (n_rot <= 0 || n_rot > model.head_dim || n_rot % 2)
      throw UserError(ErrorCode::file_damaged, format("The header of %s is damaged.", options.path.c_str()));
    scaling.factors = optional_vector("rope_freqs.weight", n_rot / 2);

    const int64_t positions = options.max_positions > 0 ? std::min(options.max_positions, model.n_ctx) : model.n_ctx;
    model.ropes_.push_back(std::make_unique<RopeTable>(make_rope(scaling, n_rot, positions, model.arch->neox_rope)));
    const int64_t window = (int64_t)optional("attention.sliding_window", 0);
    if (!model.arch->sliding_window || window <= 0) {
      for (auto& layer : model.layers) layer.rope = model.ropes_[0].get();
      return;
    }
    RopeScaling local;
    local.base = (float)optional("rope.freq_base_swa", kSlidingRopeBase);
    model.ropes_.push_back(std::make_unique<RopeTable>(make_rope(local, n_rot, positions, model.arch->neox_rope)));
    const int64_t period = (int64_t)optional("attention.sliding_window_pattern", (double)kSlidingWindowPeriod);
    for (size_t i = 0; i < model.layers.size(); i++) {
      const bool global = period > 0 && (int64_t)i % period == period - 1;
      model.layers[i].rope = model.ropes_[global ? 0 : 1].get();
      model.layers[i].window = global ? 0 : window;
    }
  }

  void layer(size_t index) {
    Layer& layer = model.layers[index];
    const std::string prefix = "blk." + std::to_string(index) + ".";
    const int64_t d = model.n_embd, q = model.n_head * model.head_dim, kv = model.n_head_kv * model.head_dim, ff = model.n_ff;
    const int64_t shape[kLinears][2] = {{d, q}, {d, kv}, {d, kv}, {q, d}, {d, ff}, {d, ff}, {ff, d}};
    for (int i = 0; i < kLinears; i++) {
      Linear& linear = layer.linear[(size_t)i];
      linear.name = prefix + kLinearNames[i] + ".weight";
      linear.w = weight(linear.name, shape[i][0], shape[i][1], &linear);
      linear.bias = optional_vector(prefix + kLinearNames[i] + ".bias", shape[i][1]);
    }
    layer.attn_norm = vector(prefix + "attn_norm.weight", d);
    layer.ffn_norm = vector(prefix + "ffn_norm.weight", d);
    if (model.arch->qk_norm) {
      layer.q_norm = vector(prefix + "attn_q_norm.weight", model.head_dim);
      layer.k_norm = vector(prefix + "attn_k_norm.weight", model.head_dim);
    }
    if (model.arch->post_norms) {
      layer.attn_post_norm = vector(prefix + "post_attention_norm.weight", d);
      layer.ffn_post_norm = vector(prefix + "post_ffw_norm.weight", d);
    }
  }

  void run() {
    model.streamed = options.streamed;
    hyperparameters();
    const GgufTensor* embedding = file.find("token_embd.weight");
    if (!embedding) throw UserError(ErrorCode::model_unsupported, format("%s lacks the tensor token_embd.weight.", options.path.c_str()));
    model.n_vocab = embedding->ne[1];
    ropes();
    model.embedding = weight("token_embd.weight", model.n_embd, model.n_vocab);
    model.head = file.find("output.weight") ? weight("output.weight", model.n_embd, model.n_vocab) : model.embedding;
    model.output_norm = vector("output_norm.weight", model.n_embd);
    for (size_t i = 0; i < model.layers.size(); i++) layer(i);
    model.linear_type = model.layers[0].linear[kQ].w.type;
    for (const auto& t : file.tensors()) {
      model.size_bytes += (int64_t)t.bytes;
      model.parameters += t.ne[0] * t.ne[1] * t.ne[2] * t.ne[3];
    }
  }
};

std::unique_ptr<TrainerModel> TrainerModel::load(const ModelOptions& options) {
  auto model = std::make_unique<TrainerModel>();
  ModelLoader(options, *model).run();
  return model;
}

}  // namespace repotune
