#pragma once
// ggml's backends: the CPU variant for this machine, and GPU plug-ins.
#include <ggml-backend.h>

#include <string>
#include <vector>

namespace repotune::inference {

struct Device {
  /** As in `device_name` of a model on it: "CUDA0". */
  std::string name;
  std::string description;
  size_t free_bytes;
  size_t total_bytes;
  /** 0: unknown. */
  double read_bytes_per_second;
};

/** Loads the best CPU backend for this machine from `libraries`, once. Throws UserError if there is none. */
void load_cpu_backends(const std::string& libraries);

/** Loads one GPU plug-in; false if it cannot work here (no driver, no device). */
bool load_gpu_backend(const std::string& path);

/** Why a plug-in cannot work here, as far as the system tells: a library it needs is missing, or there is no device. */
std::string gpu_backend_problem(const std::string& path);

/** Whether the driver computes on the processor: its name says so, though ggml-vulkan calls it a GPU. */
bool is_software(ggml_backend_dev_t device);

/**
 * The devices other than the CPU that `choice` may mean, in the order they are tried: for "auto" every one that may be faster than the CPU,
 * which excludes software drivers; else those of the named backend ("cuda", "vulkan", "metal").
 */
std::vector<ggml_backend_dev_t> devices_of(const std::string& choice);

/** Those of {@link devices_of}, each timed. */
std::vector<Device> devices_for(const std::string& choice);

/**
 * The device of that backend, or with that exact name ("Vulkan1"); null means the CPU, also for "auto", since the caller measures which is
 * fastest. Throws if a named one is missing.
 */
ggml_backend_dev_t choose_device(const std::string& choice);

/** Keeps libllama's log out of stderr, which is reserved for why a process died. */
void capture_log();

/** libllama reports its reasons only through its log: the error lines since the last call. */
std::string take_log_errors();

}  // namespace repotune::inference
