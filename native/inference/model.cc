#include "inference/model.h"

#include <algorithm>
#include <iterator>

#include "common/errors.h"
#include "inference/backends.h"

namespace repotune::inference {

namespace {

/** The log's words for a lack of memory: ggml's own, libllama's, and the system's for a file that is mapped. */
bool is_lack_of_memory(const std::string& log) {
  const char* const words[] = {"insufficient memory",   "failed to allocate", "unable to allocate",
                               "annot allocate memory", "out of memory",      "bad_alloc"};
  return std::any_of(std::begin(words), std::end(words), [&](const char* word) { return log.find(word) != std::string::npos; });
}

/** What the log says last of a file that could not be loaded, without the names of functions around it. */
std::string reason_in(const std::string& log) {
  const std::string mark = "error loading model: ";
  const size_t at = log.rfind(mark);
  if (at == std::string::npos) return log.empty() ? "no reason was given" : log;
  const size_t from = at + mark.size();
  return log.substr(from, log.find('\n', from) - from);
}

}  // namespace

Model::Model(const std::string& path, const std::string& device)
    : path_(path), summary_(check_gguf(path, "model")), device_(choose_device(device)) {
  if (summary_.type != "model") {
    throw UserError(ErrorCode::wrong_kind, path + " is a GGUF of type \"" + summary_.type + "\", not a model: choose a model file.");
  }
  if (device_) {
    device_name_ = ggml_backend_dev_name(device_);
    on_cpu_ = false;
  }
  load();
  parameters_ = llama_model_n_params(get());
  trained_context_ = llama_model_n_ctx_train(get());
  if (device_) {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    vocabulary_model_.reset(llama_model_load_from_file(path.c_str(), params));
  }
  vocabulary_ = std::make_unique<Vocabulary>(llama_model_get_vocab(vocabulary_model_ ? vocabulary_model_.get() : get()));
}

bool Model::in_software() const { return device_ && is_software(device_); }

void Model::take_back() {
  if (!model_) load();
}

void Model::load() {
  ggml_backend_dev_t only[] = {device_, nullptr};
  llama_model_params params = llama_model_default_params();
  params.devices = only;
  params.n_gpu_layers = device_ ? -1 : 0;
  // Quantized weights are repacked for the CPU's kernels: mapped, both copies would stay in memory (0.5B: 700 against 400 MB).
  const bool repacked = !device_ && summary_.weight_type != "F32" && summary_.weight_type != "F16" && summary_.weight_type != "BF16";
  params.load_mode = repacked ? LLAMA_LOAD_MODE_NONE : LLAMA_LOAD_MODE_MMAP;
  take_log_errors();
  model_.reset(llama_model_load_from_file(path_.c_str(), params));
  if (!model_) {
    const std::string reason = take_log_errors();
    if (reason.find("unknown model architecture") != std::string::npos) {
      throw UserError(ErrorCode::model_unsupported,
                      "The architecture \"" + summary_.architecture + "\" of " + path_ +
                          " is not supported: choose a decoder model that llama.cpp supports, for example of architecture llama or qwen2.");
    }
    if (is_lack_of_memory(reason))
      throw UserError(ErrorCode::out_of_memory, "There is not enough free memory on " + (device_ ? device_name_ : "this machine") +
                                                    " for the model " + path_ + " (" + std::to_string(summary_.tensor_bytes / 1'000'000) +
                                                    " MB): close other programs, or choose a smaller model.");
    throw UserError(ErrorCode::load_failed,
                    "The model " + path_ + " could not be loaded: " + reason_in(reason) + ". Download it again, or choose another model.");
  }
  if (llama_model_has_encoder(model_.get()) || !llama_model_has_decoder(model_.get()) || llama_model_is_diffusion(model_.get())) {
    throw UserError(ErrorCode::model_unsupported,
                    "The architecture \"" + summary_.architecture + "\" of " + path_ +
                        " does not complete text: choose a decoder model, for example of architecture llama or qwen2.");
  }
  // Their memory cannot be cut back to a common beginning, on which every next key and every wrong guess relies.
  if (llama_model_is_recurrent(model_.get()) || llama_model_is_hybrid(model_.get()))
    throw UserError(ErrorCode::model_unsupported,
                    "The architecture \"" + summary_.architecture + "\" of " + path_ +
                        " is recurrent, which is not supported: choose a transformer, for example of architecture llama or qwen2.");
  // libllama aborts the process when asked about the tokens of such a model.
  if (llama_vocab_type(llama_model_get_vocab(model_.get())) == LLAMA_VOCAB_TYPE_NONE)
    throw UserError(ErrorCode::model_unsupported, "The model " + path_ + " has no tokenizer: choose one that brings its own.");
}

}  // namespace repotune::inference
