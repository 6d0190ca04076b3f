// An adapter merged into a 4-bit base for export: the changed weights against base + scale * B A, all others byte by byte. Also sums
// computed on a device (ggml's CPU backend), over types and ragged shapes, against the host's. Prints one line of JSON for merge.test.ts.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/errors.h"
#include "convert_gguf.h"
#include "inference/backends.h"
#include "inference/device_merge.h"
#include "inference/merge.h"
#include "tiny_model.h"

namespace {

using namespace repotune;
using namespace repotune::test;

constexpr int64_t kRank = 4;
constexpr float kAlpha = 8;

/** [rows * columns], small compared with the weights, so that four bits would lose it. */
std::vector<float> factor(int64_t count, uint64_t seed) {
  std::vector<float> values((size_t)count);
  for (size_t i = 0; i < values.size(); i++) values[i] = 0.05f * (2 * uniform(seed, i) - 1);
  return values;
}

struct Target {
  std::string name;
  int64_t in, out;
};

void write_adapter(const std::string& path, const std::vector<Target>& targets) {
  const gguf_context_ptr file(gguf_init_empty());
  const ggml_context_ptr ggml(ggml_init({size_t(4) << 20, nullptr, false}));
  gguf_set_val_str(file.get(), "general.type", "adapter");
  gguf_set_val_str(file.get(), "adapter.type", "lora");
  gguf_set_val_str(file.get(), "general.architecture", "llama");
  gguf_set_val_f32(file.get(), "adapter.lora.alpha", kAlpha);
  const auto tensor = [&](const std::string& name, int64_t ne0, int64_t ne1, uint64_t seed) {
    ggml_tensor* t = ggml_new_tensor_2d(ggml.get(), GGML_TYPE_F32, ne0, ne1);
    ggml_set_name(t, name.c_str());
    const auto values = factor(ne0 * ne1, seed);
    std::memcpy(t->data, values.data(), values.size() * sizeof(float));
    gguf_add_tensor(file.get(), t);
  };
  for (size_t i = 0; i < targets.size(); i++) {
    tensor(targets[i].name + ".lora_a", targets[i].in, kRank, 100 + i);
    tensor(targets[i].name + ".lora_b", kRank, targets[i].out, 200 + i);
  }
  write_gguf(file.get(), path);
}

/** One layer of a mixture of two experts, and a tensor after it. */
void write_experts(const std::string& path) {
  const gguf_context_ptr file(gguf_init_empty());
  const ggml_context_ptr ggml(ggml_init({size_t(1) << 20, nullptr, false}));
  gguf_set_val_str(file.get(), "general.architecture", "llama");
  for (const char* name : {"blk.0.ffn_up_exps.weight", "blk.0.ffn_down_exps.weight"}) {
    ggml_tensor* t = ggml_new_tensor_3d(ggml.get(), GGML_TYPE_F32, 64, 32, 2);
    ggml_set_name(t, name);
    std::memset(t->data, 0, ggml_nbytes(t));
    gguf_add_tensor(file.get(), t);
  }
  write_gguf(file.get(), path);
}

std::vector<float> floats(const GgufFile& file, const GgufTensor& t) {
  std::vector<float> values((size_t)(t.ne[0] * t.ne[1]));
  dequantize_rows(t.type, file.read(t).data(), t.ne[1], t.ne[0], values.data());
  return values;
}

/** Root mean square of merged - (base + alpha / rank * B A), over that of the change. */
double error_of(const GgufFile& base, const GgufFile& merged, const Target& target, size_t index) {
  const auto before = floats(base, *base.find(target.name)), after = floats(merged, *merged.find(target.name));
  const auto a = factor(target.in * kRank, 100 + index), b = factor(kRank * target.out, 200 + index);
  double off = 0, change = 0;
  for (int64_t o = 0; o < target.out; o++)
    for (int64_t i = 0; i < target.in; i++) {
      double delta = 0;
      for (int64_t r = 0; r < kRank; r++) delta += (double)b[(size_t)(o * kRank + r)] * a[(size_t)(r * target.in + i)];
      delta *= kAlpha / kRank;
      const size_t at = (size_t)(o * target.in + i);
      off += std::pow(after[at] - (before[at] + delta), 2);
      change += delta * delta;
    }
  return std::sqrt(off / change);
}

bool same_bytes(const GgufFile& a, const GgufFile& b, const GgufTensor& t) {
  const auto* other = b.find(t.name);
  if (!other || other->type != t.type) return false;
  const AlignedBytes x = a.read(t), y = b.read(*other);
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size()) == 0;
}

/** Root mean square of the difference between the device's sum and the exact one, over that of the change. */
double device_error(ggml_type from, ggml_type to, int64_t in, int64_t out) {
  inference::LowRank change{in, out, kRank, factor(in * kRank, 7), factor(kRank * out, 8)};
  for (float& value : change.b) value *= 1e-5f;  // as small as early in training, below what halves represent
  for (float& value : change.a) value *= 1e5f;
  Pool pool(1);
  const std::vector<float> exact = factor(in * out, 9);
  const AlignedBytes weight = convert_weight(pool, GGML_TYPE_F32, exact.data(), out, in, from);
  std::vector<float> expected((size_t)(in * out)), found(expected.size());
  dequantize_rows(from, weight.data(), out, in, expected.data());
  std::vector<uint8_t> sum(ggml_row_size(to, in) * (size_t)out);
  inference::DeviceMerge device(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
  if (!device.add(from, weight.data(), change, to, sum.data())) return INFINITY;
  dequantize_rows(to, sum.data(), out, in, found.data());
  double off = 0, squares = 0;
  for (int64_t o = 0; o < out; o++)
    for (int64_t i = 0; i < in; i++) {
      double delta = 0;
      for (int64_t r = 0; r < kRank; r++) delta += (double)change.b[(size_t)(o * kRank + r)] * change.a[(size_t)(r * in + i)];
      const size_t at = (size_t)(o * in + i);
      off += std::pow(found[at] - (expected[at] + delta), 2);
      squares += delta * delta;
    }
  return std::sqrt(off / squares);
}

}  // namespace

int main() {
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  const TemporaryFolder folder;
  const TinySpec spec = tiny_specs().front();
  const std::string base = folder.file("base.gguf"), adapter = folder.file("adapter.gguf"), target = folder.file("merged.gguf");
  write_tiny_model(spec, folder.file("f32.gguf"));
  convert_gguf(folder.file("f32.gguf"), base, GGML_TYPE_Q4_0);
  const std::vector<Target> targets = {{"blk.0.attn_q.weight", spec.n_embd, spec.n_head * spec.head_dim},
                                       {"blk.1.ffn_down.weight", spec.n_ff, spec.n_embd}};
  write_adapter(adapter, targets);
  inference::export_merged({base, adapter, 1.0f, target, ""});

  const GgufFile before(base), after(target);
  std::string widened;
  bool others_same = true;
  size_t grown = 0;
  for (const auto& t : before.tensors()) {
    grown += after.read(*after.find(t.name)).size() - before.read(t).size();
    size_t index = 0;
    while (index < targets.size() && targets[index].name != t.name) index++;
    if (index == targets.size()) {
      others_same = others_same && same_bytes(before, after, t);
      continue;
    }
    char line[200];
    std::snprintf(line, sizeof line, "%s{\"name\":\"%s\",\"type\":\"%s\",\"error\":%g}", widened.empty() ? "" : ",", t.name.c_str(),
                  ggml_type_name(after.find(t.name)->type), error_of(before, after, targets[index], index));
    widened += line;
  }

  const size_t growth = inference::merged_growth(base, adapter);
  // A gigabyte more, where four kernels for each of 200 weights take 2 ms: at 1,000 and at 100 GB a second, and where that is unknown.
  std::string pays;
  for (const double bytes_per_second : {1e12, 1e11, 0.0})
    pays += inference::merging_pays({5, 7, 1'000'000'000, bytes_per_second}) ? "yes " : "no ";

  const std::string experts = folder.file("experts.gguf"), beside = folder.file("beside.gguf");
  write_experts(experts);
  write_adapter(beside, {{"blk.0.ffn_up_exps.weight", 64, 32}});
  std::string of_experts;
  try {
    inference::export_merged({experts, beside, 1.0f, folder.file("none.gguf"), ""});
  } catch (const UserError& error) {
    of_experts = error.what();
  }

  std::string refused;
  write_adapter(adapter, {{"blk.9.attn_q.weight", spec.n_embd, spec.n_embd}});
  try {
    inference::export_merged({base, adapter, 1.0f, folder.file("none.gguf"), ""});
  } catch (const UserError& error) {
    refused = error.what();
  }
  // Another process may rename or remove a file between its listing and the query of its age.
  std::filesystem::create_directory(folder.file("cache"));
  std::filesystem::create_symlink("nowhere", folder.file("cache/gone.gguf"));
  write_adapter(adapter, targets);
  std::string cached;
  try {
    cached = inference::merged_model({base, adapter, 1.0f, folder.file("cache"), ""});
  } catch (const UserError& error) {
    refused += error.what();
  }
  std::string on_device;
  for (const auto& [from, to] : std::vector<std::pair<ggml_type, ggml_type>>{{GGML_TYPE_Q4_0, GGML_TYPE_F32},
                                                                             {GGML_TYPE_Q4_0, GGML_TYPE_Q8_0},
                                                                             {GGML_TYPE_Q4_K, GGML_TYPE_Q8_0},
                                                                             {GGML_TYPE_Q6_K, GGML_TYPE_Q8_0},
                                                                             {GGML_TYPE_F16, GGML_TYPE_F16}}) {
    // The second is processed in several parts.
    for (const auto& [in, out] : std::vector<std::pair<int64_t, int64_t>>{{256, 33}, {4096, 2100}}) {
      char line[120];
      std::snprintf(line, sizeof line, "%s{\"of\":\"%s to %s, %lld x %lld\",\"error\":%g}", on_device.empty() ? "" : ",",
                    ggml_type_name(from), ggml_type_name(to), (long long)in, (long long)out, device_error(from, to, in, out));
      on_device += line;
    }
  }
  std::printf(
      "{\"onDevice\":[%s],\"widened\":[%s],\"othersSame\":%s,\"refused\":\"%s\",\"written\":%s,\"cached\":%s,\"growth\":%zu,\"grown\":%zu,"
      "\"pays\":\"%s\",\"ofExperts\":\"%s\"}\n",
      on_device.c_str(), widened.c_str(), others_same ? "true" : "false", refused.c_str(),
      std::filesystem::exists(folder.file("none.gguf")) ? "true" : "false", std::filesystem::exists(cached) ? "true" : "false", growth,
      grown, pays.c_str(), of_experts.c_str());
}
