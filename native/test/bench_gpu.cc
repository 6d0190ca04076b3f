// Training steps of a model on a device, or their predicted cost there. Needs no Node. Prints one JSON object.
// usage: bench_gpu MODEL.gguf [--device cpu|host|metal|PLUGIN] [--count] [--lean] [--tokens N] [--segment N] [--rank N] [--steps N]
// [--threads N]
//                  [--learning-rate N] [--rows FILE] [--adapter FILE] [--memory MIB] [--tflops N] [--gigabytes-per-second N]
//                  [--bus-gigabytes-per-second N] [--microseconds-per-kernel N]
// The device cpu is ggml's CPU backend with the device's graphs; host is the CPU trainer. --rows writes the step's tokens (int32) for
// whoever is compared, --adapter what was learned. A step is `tokens` in rows of `segment`, all with loss. --count moves data and builds
// graphs, but computes nothing: kernels, FLOPs and bytes of a step, and the speed that a card of the given figures would allow. --lean
// takes the least memory instead of the least time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "common/errors.h"
#include "common/gguf_file.h"
#include "inference/backends.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

struct Options {
  const char *device = "cpu", *rows = nullptr, *adapter = nullptr;
  bool count = false, lean = false;
  double tokens = 4096, segment = 1024, rank = 16, steps = 3, threads = 2, memory = 0, learning_rate = 1e-4;
  /** An RTX 4090's: halves with sums in F32, its memory, PCIe 4.0 with sixteen lanes, and what a launch costs. */
  double tflops = 165, gigabytes = 1008, bus = 25, microseconds = 3;
};

bool parse(int argc, char** argv, Options& o) {
  const struct {
    const char* name;
    double* value;
  } numbers[] = {{"--tokens", &o.tokens},
                 {"--segment", &o.segment},
                 {"--rank", &o.rank},
                 {"--steps", &o.steps},
                 {"--threads", &o.threads},
                 {"--memory", &o.memory},
                 {"--learning-rate", &o.learning_rate},
                 {"--tflops", &o.tflops},
                 {"--gigabytes-per-second", &o.gigabytes},
                 {"--bus-gigabytes-per-second", &o.bus},
                 {"--microseconds-per-kernel", &o.microseconds}};
  for (int i = 2; i < argc; i++) {
    if (!strcmp(argv[i], "--count") || !strcmp(argv[i], "--lean")) {
      (argv[i][2] == 'c' ? o.count : o.lean) = true;
      continue;
    }
    if (i + 1 >= argc) return false;
    bool known = false;
    const struct {
      const char* name;
      const char** value;
    } texts[] = {{"--device", &o.device}, {"--rows", &o.rows}, {"--adapter", &o.adapter}};
    for (const auto& t : texts)
      if (!strcmp(argv[i], t.name)) {
        *t.value = argv[i + 1];
        known = true;
      }
    for (const auto& n : numbers)
      if (!strcmp(argv[i], n.name)) {
        *n.value = atof(argv[i + 1]);
        known = true;
      }
    if (!known) return false;
    i++;
  }
  return argc > 1 && o.tokens >= 1 && o.segment >= 1 && o.steps >= 1;
}

ggml_backend_dev_t device_of(const Options& o) {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  if (!strcmp(o.device, "host")) return nullptr;
  if (!strcmp(o.device, "cpu")) return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (!std::ifstream(o.device).good()) return inference::choose_device(o.device);
  ggml_backend_reg_t reg = ggml_backend_load(o.device);
  if (!reg || ggml_backend_reg_dev_count(reg) == 0) throw UserError(ErrorCode::device_missing, format("%s has no device here.", o.device));
  return ggml_backend_reg_dev_get(reg, 0);
}

std::vector<Row> rows_of(const Options& o, int64_t n_vocab) {
  std::vector<Row> rows;
  for (double at = 0; at < o.tokens; at += o.segment) {
    const int64_t count = (int64_t)std::min(o.segment, o.tokens - at);
    rows.push_back({random_tokens(count, n_vocab, rows.size()), {0}, std::vector<float>((size_t)count, 1.0f)});
  }
  return rows;
}

TrainerOptions trainer_options(const char* model, const Options& o) {
  TrainerOptions options;
  options.model.path = model;
  options.model.max_positions = (int64_t)o.segment;
  options.model.threads = (int)o.threads;
  options.rank = (int64_t)o.rank;
  options.device = device_of(o);
  options.step_tokens = (int64_t)o.tokens;
  options.device_budget_bytes = (int64_t)(o.memory * (1 << 20));
  options.executor.threads = (int)o.threads;
  options.executor.lean = o.lean;
  options.executor.card = {o.tflops * 1e12, o.gigabytes * 1e9, o.microseconds * 1e-6};
  return options;
}

void print_plan(const device::DevicePlan& p) {
  printf("\"plan\":{\"text\":\"%s\",\"totalBytes\":%lld,\"microBatchTokens\":%lld,\"resident\":%s}", device::describe(p).c_str(),
         (long long)p.total_bytes(), (long long)p.micro_batch_tokens, p.resident ? "true" : "false");
}

void count(const char* model, const Options& o) {
  TrainerOptions options = trainer_options(model, o);
  options.executor.count_only = true;
  options.executor.unpacked_type = GGML_TYPE_F16;  // as on a graphics card
  Trainer trainer(options);
  const auto rows = rows_of(o, trainer.model().n_vocab);
  trainer.counted_gradients(rows);  // the first step unpacks resident weights
  trainer.device()->reset_meter();
  trainer.counted_gradients(rows);
  const device::Meter& m = trainer.device()->meter();
  const double bus_bytes = m.sent_bytes + m.fetched_bytes, seconds = m.seconds + bus_bytes / (o.bus * 1e9);
  printf("{");
  print_plan(trainer.device()->plan());
  printf(
      ",\"tokens\":%.0f,\"kernels\":%lld,\"flops\":%.6e,\"memoryBytes\":%.6e,\"sentBytes\":%.0f,\"fetchedBytes\":%.0f,"
      "\"kernelsPerToken\":%.4f,\"busBytesPerToken\":%.1f,\"secondsAllowed\":%.6f,\"tokensPerSecondAllowed\":%.1f}\n",
      o.tokens, (long long)m.kernels, m.flops, m.memory_bytes, m.sent_bytes, m.fetched_bytes, (double)m.kernels / o.tokens,
      bus_bytes / o.tokens, seconds, o.tokens / seconds);
}

void write_rows(const char* path, const std::vector<Row>& rows) {
  std::vector<Bytes> parts;
  for (const Row& row : rows) parts.push_back({row.tokens.data(), row.tokens.size() * sizeof row.tokens[0]});
  write_file(path, parts);
}

/** Device memory in use by anyone; 0 if unknown. */
size_t taken_bytes(ggml_backend_dev_t device) {
  size_t free = 0, total = 0;
  if (device) ggml_backend_dev_memory(device, &free, &total);
  return total - free;
}

void measure(const char* model, const Options& o) {
  const TrainerOptions options = trainer_options(model, o);
  const size_t taken = taken_bytes(options.device);
  Trainer trainer(options);
  device::DeviceTrainer* device = trainer.device();
  const auto rows = rows_of(o, trainer.model().n_vocab);
  if (o.rows) write_rows(o.rows, rows);
  std::vector<double> seconds, losses;
  size_t most_taken = taken;
  for (int i = 0; i <= (int)o.steps; i++) {
    if (i == 1 && device) device->reset_meter();  // the first step compiles kernels
    const auto from = std::chrono::steady_clock::now();
    losses.push_back(trainer.step(rows, o.learning_rate).loss);
    if (i > 0) seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
    most_taken = std::max(most_taken, taken_bytes(options.device));
  }
  if (o.adapter) trainer.export_adapter(o.adapter);
  std::sort(seconds.begin(), seconds.end());
  const double middle = seconds[seconds.size() / 2];
  printf("{");
  if (device) {
    const device::PartSeconds& p = device->seconds();
    print_plan(device->plan());
    printf(",\"parts\":{\"unpacking\":%.6f,\"forward\":%.6f,\"loss\":%.6f,\"backward\":%.6f,\"moving\":%.6f},", p.unpacking / o.steps,
           p.forward / o.steps, p.loss / o.steps, p.backward / o.steps, p.moving / o.steps);
  }
  printf("\"device\":\"%s\",\"tokens\":%.0f,\"secondsPerStep\":%.6f,\"tokensPerSecond\":%.1f,\"deviceBytes\":%lld,\"losses\":[",
         trainer.device_name().c_str(), o.tokens, middle, o.tokens / middle, (long long)(most_taken - taken));
  for (size_t i = 0; i < losses.size(); i++) printf("%s%.6f", i ? "," : "", losses[i]);
  printf("]}\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  if (!parse(argc, argv, o)) {
    fprintf(
        stderr,
        "usage: bench_gpu MODEL.gguf [--device cpu|host|metal|PLUGIN] [--count] [--lean] [--tokens N] [--segment N] [--rank N] [--steps N] "
        "[--threads N] "
        "[--learning-rate N] [--rows FILE] [--adapter FILE] [--memory MIB] [--tflops N] [--gigabytes-per-second N] "
        "[--bus-gigabytes-per-second N] [--microseconds-per-kernel N]\n");
    return 2;
  }
  try {
    o.count ? count(argv[1], o) : measure(argv[1], o);
  } catch (const std::exception& error) {
    fprintf(stderr, "bench_gpu: %s\n", error.what());
    return 1;
  }
  return 0;
}
