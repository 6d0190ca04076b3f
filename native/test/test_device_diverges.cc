// A NaN loss on a device stays NaN, whichever operations the device has. Prints one JSON object.
#include <cmath>
#include <cstdio>

#include "common/errors.h"
#include "gradient_agreement.h"
#include "inference/backends.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

using namespace repotune;
using namespace repotune::test;

namespace {

struct Found {
  double nll;
  /** What diverged in a step; "" if nothing did. */
  std::string quantity;
};

/** A step of a model whose adapter is NaN. */
Found broken(const std::string& path, bool metal) {
  device::ExecutorOptions options;
  options.metal_operations = metal;
  Trainer trainer(agreement_options(path, ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), options));
  const auto rows = agreement_rows(60, trainer.model().n_vocab);
  for (float& parameter : trainer.parameters()) parameter = NAN;
  Found found{trainer.evaluate(rows).nll, ""};
  try {
    trainer.gradients(rows);
  } catch (const Diverged& error) {
    found.quantity = error.quantity;
  }
  return found;
}

}  // namespace

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  const TemporaryFolder folder;
  const std::string path = folder.file("tiny.gguf");
  write_tiny_model(tiny_specs()[0], path);
  const Found all = broken(path, false), metal = broken(path, true);
  printf("{\"all\":{\"finite\":%s,\"quantity\":\"%s\"},\"metal\":{\"finite\":%s,\"quantity\":\"%s\"}}\n",
         std::isfinite(all.nll) ? "true" : "false", all.quantity.c_str(), std::isfinite(metal.nll) ? "true" : "false",
         metal.quantity.c_str());
  return 0;
}
