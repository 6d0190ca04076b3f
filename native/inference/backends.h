#pragma once
// ggml's backends: the CPU variant for this machine, and GPU plug-ins.
#include <ggml-backend.h>

#include <string>
#include <vector>

namespace repotune::inference {

struct Device {
  /** As `device_name` of a model that is on it: "CUDA0". */
  std::string name;
  std::string description;
  size_t free_bytes;
  size_t total_bytes;
  /** 0: not told. */
  double read_bytes_per_second;
};

/** Loads the CPU backend that suits this machine best out of `libraries`, once. Throws UserError when there is none. */
void load_cpu_backends(const std::string& libraries);

/** Loads one GPU plug-in; false when it cannot serve here (no driver, no device). */
bool load_gpu_backend(const std::string& path);

/** Why a plug-in that cannot serve here cannot, as far as the system tells: a library that it needs is missing, or there is no device. */
std::string gpu_backend_problem(const std::string& path);

/** Drivers that compute on the processor name themselves so; ggml-vulkan calls them GPUs. */
bool is_software(ggml_backend_dev_t device);

/**
 * The devices other than the CPU that `choice` may mean, in the order they are tried: for "auto" every one that may be faster than the CPU,
 * which drivers that compute on the processor are not; else those of the backend that is named ("cuda", "vulkan", "metal").
 */
std::vector<ggml_backend_dev_t> devices_of(const std::string& choice);

/** Those of {@link devices_of}, each timed. */
std::vector<Device> devices_for(const std::string& choice);

/**
 * The device of that backend, or of that very name ("Vulkan1"); null means the CPU, and so does "auto": what is fastest is for the caller
 * to measure. Throws where a named one is missing.
 */
ggml_backend_dev_t choose_device(const std::string& choice);

/** Keeps libllama's log out of stderr, where only a process that dies says why. */
void capture_log();

/** libllama reports its reasons only through its log: the error lines since the last call. */
std::string take_log_errors();

}  // namespace repotune::inference
