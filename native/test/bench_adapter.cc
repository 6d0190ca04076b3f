// Completions of a model on a device: the base alone, with an unmerged adapter, and merged into one model; and the latter two's loss on a
// text. Needs no Node. Prints one JSON object. usage: bench_adapter MODEL.gguf ADAPTER.gguf TEXT [--device cpu|NAME|PLUGIN] [--rounds N]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "common/errors.h"
#include "inference/backends.h"
#include "inference/session.h"
#include "tiny_model.h"

using namespace repotune;
using namespace repotune::inference;
using namespace repotune::test;

namespace {

constexpr int kWritten = 16, kPromptBytes = 240, kSampleTokens = 256, kMostSamples = 8;

struct Options {
  const char *model, *adapter, *text, *device = "cpu";
  int rounds = 5;
};

std::string contents(const char* path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/** The name of the plug-in's first device, or the given name. */
std::string device_of(const char* named) {
  capture_log();
  load_cpu_backends(REPOTUNE_LIBRARIES);
  if (!std::ifstream(named).good()) return named;
  ggml_backend_reg_t reg = ggml_backend_load(named);
  if (!reg || ggml_backend_reg_dev_count(reg) == 0) throw UserError(ErrorCode::device_missing, format("%s has no device here.", named));
  return ggml_backend_dev_name(ggml_backend_reg_dev_get(reg, 0));
}

struct Measured {
  double read_ms = 0, token_ms = 0, nll = 0;
  int tokens = 0;
};

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Measured measured(const Options& o, const std::string& device, const Adapter& adapter, const std::string& merge_folder,
                  const std::string& text) {
  Session session(o.model, {1024, 0, device, merge_folder});
  Measured found;
  std::vector<double> reading, writing;
  for (int round = 0; round <= o.rounds; round++) {  // the first round compiles the remaining kernels
    CompleteRequest request{};
    request.prompt = {
        {"", text.substr(static_cast<size_t>(round) * kPromptBytes % std::max<size_t>(1, text.size() - kPromptBytes), kPromptBytes)}};
    request.max_tokens = kWritten;
    request.speculate = false;
    request.adapter = adapter;
    Interrupt interrupt;
    const CompleteResult result = session.complete(request, interrupt, nullptr);
    if (round == 0 || result.log_probabilities.empty()) continue;
    reading.push_back(result.prompt_ms / result.evaluated_tokens);
    writing.push_back(result.generate_ms / static_cast<double>(result.log_probabilities.size()));
  }
  if (reading.empty()) throw UserError(ErrorCode::internal, "The model wrote nothing: take another text.");
  found.read_ms = middle(reading);
  found.token_ms = middle(writing);
  const std::vector<llama_token> tokens = session.model().vocabulary().tokenize(text);
  std::vector<ScoreSample> samples;
  for (size_t at = 0; at + kSampleTokens <= tokens.size() && samples.size() < kMostSamples; at += kSampleTokens)
    samples.push_back({{tokens.begin() + static_cast<std::ptrdiff_t>(at), tokens.begin() + static_cast<std::ptrdiff_t>(at + kSampleTokens)},
                       1,
                       kSampleTokens});
  Interrupt interrupt;
  for (const Score& score : session.score(samples, adapter, interrupt, /*small_batches=*/false)) {
    found.nll += score.nll;
    found.tokens += score.tokens;
  }
  return found;
}

void print(const char* name, const Measured& m) {
  printf("\"%s\":{\"readMsPerToken\":%.4f,\"writeMsPerToken\":%.4f,\"loss\":%.6f}", name, m.read_ms, m.token_ms,
         m.tokens > 0 ? m.nll / m.tokens : 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: bench_adapter MODEL.gguf ADAPTER.gguf TEXT [--device cpu|NAME|PLUGIN] [--rounds N]\n");
    return 2;
  }
  Options o{argv[1], argv[2], argv[3]};
  for (int i = 4; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--device")) o.device = argv[i + 1];
    if (!strcmp(argv[i], "--rounds")) o.rounds = atoi(argv[i + 1]);
  }
  try {
    const std::string device = device_of(o.device), text = contents(o.text);
    const TemporaryFolder folder;
    const Adapter adapter{"adapter", o.adapter, 1};
    const Measured base = measured(o, device, {}, "", text), beside = measured(o, device, adapter, "", text),
                   merged = measured(o, device, adapter, folder.file("merged"), text);
    printf("{\"device\":\"%s\",\"tokens\":%d,", device.c_str(), merged.tokens);
    print("base", base);
    printf(",");
    print("beside", beside);
    printf(",");
    print("merged", merged);
    printf("}\n");
  } catch (const std::exception& error) {
    fprintf(stderr, "bench_adapter: %s\n", error.what());
    return 1;
  }
  return 0;
}
