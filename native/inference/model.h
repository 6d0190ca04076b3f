#pragma once
// A model file mapped by libllama, with what the rest needs to know of it.
#include <llama-cpp.h>

#include <memory>
#include <string>

#include "inference/gguf_check.h"
#include "inference/vocabulary.h"

namespace repotune::inference {

class Model {
 public:
  /** Throws UserError with what to do when the file cannot serve. */
  Model(const std::string& path, const std::string& device);

  llama_model* get() const { return model_.get(); }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const GgufSummary& summary() const { return summary_; }
  const std::string& path() const { return path_; }
  /** "CPU", or the name of the device that holds the weights. */
  const std::string& device_name() const { return device_name_; }
  bool on_cpu() const { return on_cpu_; }
  uint64_t parameters() const { return llama_model_n_params(get()); }

 private:
  std::string path_;
  GgufSummary summary_;
  llama_model_ptr model_;
  std::unique_ptr<Vocabulary> vocabulary_;
  std::string device_name_ = "CPU";
  bool on_cpu_ = true;
};

}  // namespace repotune::inference
