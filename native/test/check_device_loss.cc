// A GPU that is lost, or full, during training, or during a completion by MODEL.gguf: the program interposes between ggml's Vulkan plug-in
// and a real driver, and replaces its shaders, since no result matters. Prints one JSON object.
// usage: check_device_loss PLUGIN full | SUBMITS [MODEL.gguf]   the device is lost after that many submits to its queue (-1: never),
// with MODEL.gguf counted from when it is loaded
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/errors.h"
#include "inference/backends.h"
#include "inference/session.h"
#include "tiny_model.h"
#include "trainer/trainer.h"

#ifdef __linux__
#include <dlfcn.h>
#include <malloc.h>
#include <unistd.h>

namespace {

long submits = 0, lost_after = -1;
bool full = false;

// The needed parts of vulkan_core.h.
constexpr int32_t kDeviceLost = -4;
constexpr uint32_t kDeviceLocal = 1, kBudgetProperties = 1000237000;
struct MemoryProperties {
  uint32_t type_count;
  struct {
    uint32_t flags, heap;
  } types[32];
  uint32_t heap_count;
  struct {
    uint64_t size;
    uint32_t flags;
  } heaps[16];
};
struct Chained {
  uint32_t type;
  Chained* next;
};
struct MemoryProperties2 : Chained {
  MemoryProperties properties;
};
struct MemoryBudget : Chained {
  uint64_t budget[16], usage[16];
};
struct MemoryRequirements {
  uint64_t size, alignment;
  uint32_t types;
};
struct AllocateInfo : Chained {
  uint64_t size;
  uint32_t memory_type;
};
struct ShaderInfo : Chained {
  uint32_t flags;
  size_t code_bytes;
  const uint32_t* code;
};

/** A compute shader that does nothing, in SPIR-V: the real ones keep a software driver's compiler busy for half a minute. */
constexpr uint32_t kNothing[] = {
    0x07230203, 0x00010000, 0, 5, 0,        // magic number, version 1.0, generator, bound of the ids, schema
    0x00020011, 1,                          // OpCapability Shader
    0x0003000e, 0, 1,                       // OpMemoryModel Logical GLSL450
    0x0005000f, 5, 1, 0x6e69616d, 0,        // OpEntryPoint GLCompute %1 "main"
    0x00060010, 1, 17, 1, 1, 1,             // OpExecutionMode %1 LocalSize 1 1 1
    0x00020013, 2,                          // %2 = OpTypeVoid
    0x00030021, 3, 2,                       // %3 = OpTypeFunction %2
    0x00050036, 2, 1, 0, 3,                 // %1 = OpFunction %2 None %3
    0x000200f8, 4, 0x000100fd, 0x00010038,  // %4 = OpLabel, OpReturn, OpFunctionEnd
};

/** A driver's function, and its replacement. */
template <typename Function>
struct Hooked {
  const char* name;
  Function* real = nullptr;
};
Hooked<int32_t(void*, uint32_t, const void*, void*)> queue_submit{"vkQueueSubmit"};
Hooked<void(void*, MemoryProperties*)> memory_properties{"vkGetPhysicalDeviceMemoryProperties"};
Hooked<void(void*, MemoryProperties2*)> memory_properties2{"vkGetPhysicalDeviceMemoryProperties2"};
Hooked<void(void*, void*, MemoryRequirements*)> buffer_requirements{"vkGetBufferMemoryRequirements"};
Hooked<int32_t(void*, const AllocateInfo*, const void*, void**)> allocate_memory{"vkAllocateMemory"};
Hooked<int32_t(void*, const ShaderInfo*, const void*, void**)> create_shader{"vkCreateShaderModule"};
Hooked<void*(void*, const char*)> device_functions{"vkGetDeviceProcAddr"};

int32_t submit(void* queue, uint32_t count, const void* infos, void* fence) {
  if (lost_after >= 0 && submits >= lost_after) return kDeviceLost;
  submits++;
  return queue_submit.real(queue, count, infos, fence);
}

// A software driver has one type of memory, which the host writes directly. Here it gets a second one, and the first becomes device-local,
// as on a graphics card, so that data goes through the queue.
void properties(void* device, MemoryProperties* out) {
  memory_properties.real(device, out);
  out->types[1] = out->types[0];
  out->types[1].flags &= ~kDeviceLocal;
  out->types[0].flags = kDeviceLocal;
  out->type_count = 2;
}
void requirements(void* device, void* buffer, MemoryRequirements* out) {
  buffer_requirements.real(device, buffer, out);
  out->types = 3;
}
int32_t allocate(void* device, const AllocateInfo* info, const void* allocator, void** out) {
  AllocateInfo one = *info;
  one.memory_type = 0;
  return allocate_memory.real(device, &one, allocator, out);
}

int32_t shader(void* device, const ShaderInfo* info, const void* allocator, void** out) {
  ShaderInfo nothing = *info;
  nothing.code_bytes = sizeof(kNothing);
  nothing.code = kNothing;
  return create_shader.real(device, &nothing, allocator, out);
}

void properties2(void* device, MemoryProperties2* out) {
  memory_properties2.real(device, out);
  if (!full) return;
  for (auto& heap : out->properties.heaps) heap.size = 4096;
  for (Chained* next = out->next; next; next = next->next)
    if (next->type == kBudgetProperties)
      for (int i = 0; i < 16; i++) ((MemoryBudget*)next)->budget[i] = ((MemoryBudget*)next)->usage[i];
}

template <typename Function>
bool hook(Hooked<Function>& hooked, Function* before, const char* name, void*& found) {
  if (strcmp(name, hooked.name) || !found) return false;
  hooked.real = (Function*)found;
  found = (void*)before;
  return true;
}

void* device_function(void* device, const char* name);

void* hooked(const char* name, void* found) {
  hook(queue_submit, submit, name, found) || hook(memory_properties, properties, name, found) ||
      hook(memory_properties2, properties2, name, found) || hook(buffer_requirements, requirements, name, found) ||
      hook(allocate_memory, allocate, name, found) || hook(create_shader, shader, name, found) ||
      hook(device_functions, device_function, name, found);
  return found;
}

void* device_function(void* device, const char* name) { return hooked(name, device_functions.real(device, name)); }

}  // namespace

extern "C" __attribute__((visibility("default"))) void* vkGetInstanceProcAddr(void* instance, const char* name) {
  static void* loader = dlopen("libvulkan.so.1", RTLD_NOW);
  static auto* real = loader ? (void* (*)(void*, const char*))dlsym(loader, "vkGetInstanceProcAddr") : nullptr;
  return real ? hooked(name, real(instance, name)) : nullptr;
}

using namespace repotune;
using namespace repotune::test;

namespace {

/** Loads a tiny model onto the device and computes one gradient; reports how many submits the loading took. */
void train(ggml_backend_dev_t device, long& loaded) {
  const TemporaryFolder folder;
  TinySpec spec;
  spec.arch = "llama";
  spec.n_layer = 1;
  write_tiny_model(spec, folder.file("tiny.gguf"));
  TrainerOptions options;
  options.model.path = folder.file("tiny.gguf");
  options.device = device;
  Trainer trainer(options);
  loaded = submits;
  trainer.gradients({{random_tokens(16, spec.n_vocab, 1), {0}, std::vector<float>(16, 1.0f)}});
}

void complete(const char* model, long& loaded) {
  const long after = std::exchange(lost_after, -1);
  // Leaked until the process ends, as a session on a lost device is: freeing it would wait for the device again.
  auto* session = new inference::Session(model, {512, 1, "vulkan", ""});
  loaded = submits;
  if (after >= 0) lost_after = loaded + after;
  inference::CompleteRequest request{};
  request.prompt = {{"", "def f(x):\n    return"}};
  request.max_tokens = 4;
  inference::Interrupt interrupt;
  session->complete(request, interrupt, [](const std::string&) {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  // The driver's buffers come from fresh pages: what no shader writes is zero, and not by chance no number.
  mallopt(M_MMAP_THRESHOLD, 4096);
  full = !strcmp(argv[2], "full");
  if (!full) lost_after = atol(argv[2]);
  inference::capture_log();
  inference::load_cpu_backends(REPOTUNE_LIBRARIES);
  ggml_backend_reg_t plugin = ggml_backend_load(argv[1]);
  if (!plugin || ggml_backend_reg_dev_count(plugin) == 0) {
    fprintf(stderr, "check_device_loss: no device. Install a driver; for Mesa's lavapipe set GGML_VK_VISIBLE_DEVICES=0.\n");
    return 1;
  }
  long loaded = 0;
  const char* failure = "";
  std::string message;
  try {
    if (argc == 4) {
      complete(argv[3], loaded);
    } else {
      train(ggml_backend_reg_dev_get(plugin, 0), loaded);
    }
  } catch (const std::exception& error) {
    failure = kErrorCodes[(size_t)code_of(error)];
    message = error.what();
  }
  printf("{\"loadSubmits\":%ld,\"submits\":%ld,\"failure\":\"%s\",\"message\":\"%s\"}\n", loaded, submits, failure, message.c_str());
  fflush(stdout);
  _exit(0);
}
#else
int main() { return 2; }
#endif
