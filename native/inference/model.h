#pragma once
// A model file loaded by libllama, with what the rest needs to know of it.
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

  /** Null after `give_up`. */
  llama_model* get() const { return model_.get(); }
  /** Frees the weights of a model that is on a device, for another to take their place. What is known of it, and its vocabulary, stay. */
  void give_up() { model_.reset(); }
  /** Loads them again where they were given up. Throws UserError. */
  void take_back();
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const GgufSummary& summary() const { return summary_; }
  const std::string& path() const { return path_; }
  /** "CPU", or the name of the device that holds the weights. */
  const std::string& device_name() const { return device_name_; }
  bool on_cpu() const { return on_cpu_; }
  /** On a device that a driver computes on the processor. */
  bool in_software() const;
  uint64_t parameters() const { return parameters_; }
  /** Tokens that it was trained to see at once. */
  int trained_context() const { return trained_context_; }

 private:
  void load();

  std::string path_;
  GgufSummary summary_;
  ggml_backend_dev_t device_;
  llama_model_ptr model_;
  /** On a device: what the vocabulary is part of. */
  llama_model_ptr vocabulary_model_;
  std::unique_ptr<Vocabulary> vocabulary_;
  uint64_t parameters_ = 0;
  int trained_context_ = 0;
  std::string device_name_ = "CPU";
  bool on_cpu_ = true;
};

}  // namespace repotune::inference
