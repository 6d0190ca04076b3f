#pragma once
// libllama as the reference: logits of a sequence on the CPU, in F32 wherever it can.
#include <ggml-backend.h>
#include <llama-cpp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace repotune::test {

class LlamaReference {
 public:
  explicit LlamaReference(const std::string& model_path, const std::string& adapter_path = "", int threads = 1) {
    static const bool loaded = [] {
      llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
      ggml_backend_load_all_from_path(REPOTUNE_LIBRARIES);
      return true;
    }();
    (void)loaded;
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = 0;
    params.use_extra_bufts = false;
    model_.reset(llama_model_load_from_file(model_path.c_str(), params));
    if (!model_) throw std::runtime_error("libllama cannot load " + model_path);
    if (!adapter_path.empty()) {
      adapter_ = llama_adapter_lora_init(model_.get(), adapter_path.c_str());
      if (!adapter_) throw std::runtime_error("libllama cannot load the adapter " + adapter_path);
    }
    threads_ = threads;
  }

  int32_t vocabulary_size() const { return llama_vocab_n_tokens(llama_model_get_vocab(model_.get())); }

  std::vector<int32_t> tokenize(const std::string& text) const {
    const llama_vocab* vocab = llama_model_get_vocab(model_.get());
    std::vector<int32_t> tokens(text.size() + 8);
    tokens.resize((size_t)llama_tokenize(vocab, text.data(), (int32_t)text.size(), tokens.data(), (int32_t)tokens.size(), false, false));
    return tokens;
  }

  /** [tokens, n_vocab]; `together`: tokens evaluated at once, 0 for all. */
  std::vector<float> logits(const std::vector<int32_t>& tokens, size_t together = 0) const {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = params.n_batch = (uint32_t)tokens.size();
    params.n_ubatch = (uint32_t)(together ? std::min(together, tokens.size()) : tokens.size());
    params.n_threads = params.n_threads_batch = threads_;
    params.type_k = params.type_v = GGML_TYPE_F32;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.swa_full = true;
    const llama_context_ptr context(llama_init_from_model(model_.get(), params));
    if (!context) throw std::runtime_error("libllama cannot make a context");
    if (adapter_) {
      llama_adapter_lora* adapters[] = {adapter_};
      float scales[] = {1.0f};
      llama_set_adapters_lora(context.get(), adapters, 1, scales);
    }
    llama_batch batch = llama_batch_init((int32_t)tokens.size(), 0, 1);
    for (size_t i = 0; i < tokens.size(); i++) {
      batch.token[i] = tokens[i];
      batch.pos[i] = (llama_pos)i;
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = 1;
    }
    batch.n_tokens = (int32_t)tokens.size();
    const int status = llama_decode(context.get(), batch);
    llama_batch_free(batch);
    if (status != 0) throw std::runtime_error("libllama cannot decode");
    const size_t n_vocab = (size_t)vocabulary_size();
    std::vector<float> out(tokens.size() * n_vocab);
    for (size_t i = 0; i < tokens.size(); i++) {
      const float* row = llama_get_logits_ith(context.get(), (int32_t)i);
      std::copy(row, row + n_vocab, out.begin() + (int64_t)(i * n_vocab));
    }
    return out;
  }

 private:
  llama_model_ptr model_;
  llama_adapter_lora* adapter_ = nullptr;  // freed with the model
  int threads_ = 1;
};

}  // namespace repotune::test
