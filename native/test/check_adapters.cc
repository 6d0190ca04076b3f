// Loads adapters as the engine does, one path per line on stdin, and answers each with "ok" or "refused": the other end of check:fuzz,
// which builds it with AddressSanitizer. usage: check_adapters MODEL.gguf
#include <llama-cpp.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "common/errors.h"
#include "inference/backends.h"
#include "inference/gguf_check.h"

namespace {

bool loads(llama_model* model, const std::string& path) {
  try {
    repotune::inference::check_gguf(path, "adapter");
  } catch (const repotune::UserError&) {
    return false;
  }
  return llama_adapter_lora_ptr(llama_adapter_lora_init(model, path.c_str())) != nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  repotune::inference::capture_log();
  repotune::inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  const llama_model_ptr model(llama_model_load_from_file(argv[1], params));
  if (!model) return 3;
  for (std::string path; std::getline(std::cin, path);) {
    std::puts(loads(model.get(), path) ? "ok" : "refused");
    std::fflush(stdout);
  }
}
