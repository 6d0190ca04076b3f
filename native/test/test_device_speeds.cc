// Times steps on a device and the CPU, and says what is wrong with a device that computes something else. ggml's CPU backend stands for the
// device. Prints one JSON object.
#include <cmath>
#include <cstdio>

#include "common/errors.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "tiny_model.h"
#include "trainer/fastest.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;
using namespace repotune::device;

namespace {

/** The adapter adds nothing, and has large weights: in half precision, gradients end in infinity where no output does. */
void make_steep(Trainer& trainer) {
  float* parameters = trainer.parameters().data();
  for (const auto& layer : trainer.layers())
    for (const auto& linear : layer.linear) {
      for (int64_t i = linear.a; i < linear.b; i++) parameters[i] = 0;
      for (int64_t i = 0; i < kAgreementRank * linear.w.n_out; i++) parameters[linear.b + i] = i % 2 ? 1e3f : -1e3f;
    }
}

void print_speeds(const char* separator, const std::string& path, const char* name, const ExecutorOptions& options, bool steep = false) {
  Trainer trainer(agreement_options(path, nullptr, options));
  if (steep) make_steep(trainer);
  printf("%s\"%s\":", separator, name);
  separator = "[";
  for (const Timed& timed : time_steps(trainer, {ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU)})) {
    printf("%s{\"name\":\"%s\",\"plan\":\"%s\",\"tokensPerSecond\":%.1f,\"reason\":\"%s\",\"faulty\":%s}", separator, timed.name.c_str(),
           timed.plan.c_str(), timed.tokens_per_second, timed.reason.c_str(), timed.faulty ? "true" : "false");
    separator = ",";
  }
  printf("]");
}

/** What is said of a device that computes `found` where the CPU's loss is 2 and its gradient (0.3, -0.4). */
void print_verdict(const char* separator, const Sample& found) {
  std::string said;
  try {
    check_computed({2, {0.3f, -0.4f}}, found);
  } catch (const FaultyDevice& error) {
    said = error.what();
  }
  printf("%s\"%s\"", separator, said.c_str());
}

}  // namespace

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  select_kernels("reference");
  const TemporaryFolder folder;
  write_tiny_model(tiny_specs()[0], folder.file("tiny.gguf"));
  // Computing nothing stands for a driver that computes something else.
  ExecutorOptions faulty;
  faulty.count_only = true;
  print_speeds("{", folder.file("tiny.gguf"), "speeds", {});
  print_speeds(",", folder.file("tiny.gguf"), "faulty", faulty);
  ExecutorOptions halves;
  halves.half_operands = true;
  TinySpec steep = tiny_specs()[1];
  steep.inner = 1e-3f;
  steep.outputs = 100;
  write_tiny_model(steep, folder.file("tiny.gguf"));
  print_speeds(",", folder.file("tiny.gguf"), "diverging", halves, true);
  printf(",\"verdicts\":");
  print_verdict("[", {2.02, {0.31f, -0.37f}});
  print_verdict(",", {2.02, {}});
  print_verdict(",", {1.8, {0.3f, -0.4f}});
  print_verdict(",", {NAN, {0.3f, -0.4f}});
  print_verdict(",", {2, {0, 0}});
  print_verdict(",", {2, {-0.3f, 0.4f}});
  print_verdict(",", {2, {0.3f, NAN}});
  printf("]");
  printf("}\n");
  return 0;
}
