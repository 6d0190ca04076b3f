#include "inference/backends.h"

#include <llama.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <set>

#include "common/errors.h"
#include "common/paths.h"
#include "common/text.h"
#include "inference/accelerator.h"
#include "inference/device_speed.h"

namespace repotune::inference {

namespace {

std::mutex log_mutex;
std::string log_errors;

/** Plug-ins tried so far: whether they work, and if not why. */
std::mutex plug_ins_mutex;
std::map<std::string, std::string> problems;

void keep_errors(ggml_log_level level, const char* text, void*) {
  static ggml_log_level last = GGML_LOG_LEVEL_NONE;
  std::lock_guard<std::mutex> lock(log_mutex);
  const ggml_log_level effective = level == GGML_LOG_LEVEL_CONT ? last : level;
  last = effective;
  constexpr size_t kLimit = 4096;
  if (effective == GGML_LOG_LEVEL_ERROR && log_errors.size() < kLimit) log_errors += text;
}

std::string backend_of(ggml_backend_dev_t device) { return ggml_backend_reg_name(ggml_backend_dev_backend_reg(device)); }

/** A backend's name may differ by release: Metal registers as "MTL". */
bool is_backend(ggml_backend_dev_t device, const std::string& choice) {
  const std::string name = lower(backend_of(device));
  return name.rfind(choice, 0) == 0 || (choice == "metal" && name == "mtl");
}

/** An integrated GPU may be faster too: for "auto", the caller measures. */
bool suits(ggml_backend_dev_t device, const std::string& choice) {
  const auto type = ggml_backend_dev_type(device);
  if (choice == "auto") return (type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU) && !is_software(device);
  return choice != "cpu" && is_backend(device, choice);
}

/** REPOTUNE_KERNELS=avx2 and integer-avx2 apply to libllama as to the trainer: they select its AVX2-only variant, if there is one. */
bool load_older_cpu(const std::string& libraries) {
  const char* wanted = std::getenv("REPOTUNE_KERNELS");
  if (!wanted || (std::string(wanted) != "avx2" && std::string(wanted) != "integer-avx2")) return false;
  const std::string variant = libraries + "/libggml-cpu-haswell.so";
  return std::ifstream(variant).good() && ggml_backend_load(variant.c_str()) != nullptr;
}

#ifdef _WIN32
/** The first of the libraries listed in a DLL that cannot be loaded, or ''. Windows does not say which it is, and each CUDA has its own. */
std::string missing_import(const std::string& path) {
  const HMODULE library = LoadLibraryExW(path_of(path).c_str(), nullptr, LOAD_LIBRARY_AS_IMAGE_RESOURCE);
  if (!library) return "";
  // Laid out in memory as for running it. The handle's lowest bits say that it is not.
  const char* const image = reinterpret_cast<const char*>(reinterpret_cast<uintptr_t>(library) & ~uintptr_t{0xFFFF});
  const auto* dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(image);
  const auto* headers = reinterpret_cast<const IMAGE_NT_HEADERS*>(image + dos->e_lfanew);
  const DWORD list = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  std::string missing;
  for (auto* next = reinterpret_cast<const IMAGE_IMPORT_DESCRIPTOR*>(image + list); list && next->Name && missing.empty(); ++next) {
    const char* const name = image + next->Name;
    if (const HMODULE found = LoadLibraryA(name))
      FreeLibrary(found);
    else
      missing = name;
  }
  FreeLibrary(library);
  return missing;
}
#endif

}  // namespace

bool is_software(ggml_backend_dev_t device) {
  const std::string description = lower(ggml_backend_dev_description(device));
  const char* const names[] = {"llvmpipe", "lavapipe", "swiftshader"};
  return std::any_of(std::begin(names), std::end(names), [&](const char* name) { return description.find(name) != std::string::npos; });
}

void load_cpu_backends(const std::string& libraries) {
  static std::mutex mutex;
  static bool loaded = false;
  std::lock_guard<std::mutex> lock(mutex);
  if (loaded) return;
  if (!load_older_cpu(libraries)) ggml_backend_load_all_from_path(libraries.c_str());
  llama_backend_init();
  if (!ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU)) {
    throw UserError(ErrorCode::broken_installation,
                    "No ggml CPU backend in " + libraries + ": reinstall the extension, or run `npm ci` in a checkout.");
  }
#if REPOTUNE_TRAINER
  register_accelerator();
#endif
  loaded = true;
}

bool load_gpu_backend(const std::string& path) {
  static std::set<std::string> loaded;
  std::lock_guard<std::mutex> lock(plug_ins_mutex);
  if (loaded.count(path)) return true;
  ggml_backend_reg_t reg = ggml_backend_load(path.c_str());
  if (!reg || ggml_backend_reg_dev_count(reg) == 0) {
    problems[path] = gpu_backend_problem(path);
    return false;
  }
  loaded.insert(path);
  problems.erase(path);
  return true;
}

std::string gpu_backend_problem(const std::string& path) {
#ifdef _WIN32
  if (HMODULE library = LoadLibraryW(path_of(path).c_str())) {
    FreeLibrary(library);
    return "its driver reports no device";
  }
  const unsigned long error = GetLastError();
  const std::string missing = missing_import(path);
  if (!missing.empty()) return missing + " is missing";
  return format("%s cannot be loaded (error %lu): a library that it needs is missing", path.c_str(), error);
#else
  if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    dlclose(library);
    return "its driver reports no device";
  }
  const char* reason = dlerror();
  return reason ? reason : path + " cannot be loaded";
#endif
}

std::vector<ggml_backend_dev_t> devices_of(const std::string& choice) {
  std::vector<ggml_backend_dev_t> found;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i)
    if (suits(ggml_backend_dev_get(i), choice)) found.push_back(ggml_backend_dev_get(i));
  return found;
}

std::vector<Device> devices_for(const std::string& choice) {
  std::vector<Device> found;
  for (ggml_backend_dev_t device : devices_of(choice)) {
    size_t free_bytes = 0;
    size_t total_bytes = 0;
    ggml_backend_dev_memory(device, &free_bytes, &total_bytes);
    found.push_back(
        {ggml_backend_dev_name(device), ggml_backend_dev_description(device), free_bytes, total_bytes, read_bytes_per_second(device)});
  }
  return found;
}

ggml_backend_dev_t choose_device(const std::string& choice) {
  if (choice == "cpu" || choice == "auto") return nullptr;
  if (ggml_backend_dev_t named = ggml_backend_dev_by_name(choice.c_str())) return is_backend(named, "cpu") ? nullptr : named;
  const auto found = devices_of(choice);
  if (!found.empty()) return found.front();
  std::lock_guard<std::mutex> lock(plug_ins_mutex);
  std::string why;
  for (const auto& [path, problem] : problems)
    if (path.find("-" + choice + ".") != std::string::npos) why = " (" + problem + ")";
  throw UserError(ErrorCode::device_missing,
                  "No " + choice + " device was found on this machine" + why + ".");
}

void capture_log() { llama_log_set(keep_errors, nullptr); }

std::string take_log_errors() {
  std::lock_guard<std::mutex> lock(log_mutex);
  std::string taken = std::move(log_errors);
  log_errors.clear();
  while (!taken.empty() && (taken.back() == '\n' || taken.back() == ' ')) taken.pop_back();
  return taken;
}

}  // namespace repotune::inference
