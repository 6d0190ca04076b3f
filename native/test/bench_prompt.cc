// How long libllama takes to read a prompt with the trainer's products, and without. Prints one JSON object: milliseconds, the least of
// several turns, alternating so that a busy moment affects both.
// usage: bench_prompt MODEL.gguf TOKENS THREADS
#include <ggml-backend.h>
#include <llama-cpp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "common/random.h"
#include "inference/accelerator.h"

using namespace repotune;

namespace {

constexpr int kTurns = 5;

/** A serving context of libllama: it uses the accelerators registered when it is created. */
llama_context_ptr context_of(llama_model* model, int tokens, int threads) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = params.n_batch = params.n_ubatch = (uint32_t)tokens;
  params.n_threads = params.n_threads_batch = threads;
  llama_context_ptr context(llama_init_from_model(model, params));
  if (!context) throw std::runtime_error("libllama cannot make a context");
  return context;
}

double read_ms(llama_context* context, std::vector<llama_token>& tokens) {
  llama_memory_clear(llama_get_memory(context), true);
  const auto start = std::chrono::steady_clock::now();
  if (llama_decode(context, llama_batch_get_one(tokens.data(), (int32_t)tokens.size())) != 0)
    throw std::runtime_error("libllama cannot decode");
  llama_synchronize(context);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: bench_prompt MODEL.gguf TOKENS THREADS\n");
    return 2;
  }
  try {
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    const char* kernels = std::getenv("REPOTUNE_KERNELS");
    const std::string older = std::string(REPOTUNE_LIBRARIES) + "/libggml-cpu-haswell.so";
    const bool avx2 = kernels && (std::string(kernels) == "avx2" || std::string(kernels) == "integer-avx2");
    if (!avx2 || !ggml_backend_load(older.c_str())) ggml_backend_load_all_from_path(REPOTUNE_LIBRARIES);
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = 0;
    const llama_model_ptr model(llama_model_load_from_file(argv[1], params));
    if (!model) throw std::runtime_error(std::string("libllama cannot load ") + argv[1]);
    const int count = std::atoi(argv[2]), threads = std::atoi(argv[3]);
    std::vector<llama_token> tokens((size_t)count);
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model.get()));
    for (size_t i = 0; i < tokens.size(); i++) tokens[i] = (llama_token)(uniform(1, i) * (float)(vocabulary - 1));
    const llama_context_ptr alone = context_of(model.get(), count, threads);
    inference::register_accelerator();
    const llama_context_ptr with = context_of(model.get(), count, threads);
    double peer = INFINITY, ours = INFINITY;
    for (int turn = 0; turn < kTurns; turn++) {
      peer = std::min(peer, read_ms(alone.get(), tokens));
      ours = std::min(ours, read_ms(with.get(), tokens));
    }
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_ACCEL);
    printf("{\"kernels\":\"%s\",\"ms\":%.1f,\"peerMs\":%.1f}\n", device ? ggml_backend_dev_description(device) : "ggml", ours, peer);
  } catch (const std::exception& error) {
    fprintf(stderr, "bench_prompt: %s\n", error.what());
    return 1;
  }
}
