#pragma once
// A model file loaded by libllama, with the facts that the rest needs.
#include <llama-cpp.h>

#include <memory>
#include <string>

#include "inference/gguf_check.h"
#include "inference/vocabulary.h"

namespace repotune::inference {

class Model {
 public:
  /** Throws UserError, saying what to do, if the file cannot be used. */
  Model(const std::string& path, const std::string& device);

  /** Null after `give_up`. */
  llama_model* get() const { return model_.get(); }
  /** Frees the weights of a model on a device to make room for another. The facts about it and its vocabulary stay. */
  void give_up() { model_.reset(); }
  /** Reloads them if they were given up. Throws UserError. */
  void take_back();
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const GgufSummary& summary() const { return summary_; }
  const std::string& path() const { return path_; }
  /** "CPU", or the name of the device that holds the weights. */
  const std::string& device_name() const { return device_name_; }
  bool on_cpu() const { return on_cpu_; }
  /** Whether its device is emulated on the processor by a driver. */
  bool in_software() const;
  uint64_t parameters() const { return parameters_; }
  /** Context length in tokens that it was trained with. */
  int trained_context() const { return trained_context_; }

 private:
  void load();

  std::string path_;
  GgufSummary summary_;
  ggml_backend_dev_t device_;
  llama_model_ptr model_;
  /** On a device: the model that owns the vocabulary. */
  llama_model_ptr vocabulary_model_;
  std::unique_ptr<Vocabulary> vocabulary_;
  uint64_t parameters_ = 0;
  int trained_context_ = 0;
  std::string device_name_ = "CPU";
  bool on_cpu_ = true;
};

}  // namespace repotune::inference
