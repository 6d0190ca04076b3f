// CUDA's run-time: streams, events and graphs. Everything is done at once.
#include "card.h"

using namespace dry_cuda;

API int cudaFreeHost(void* at);

namespace {

thread_local bool capturing = false;

}  // namespace

API int cudaStreamCreateWithFlags(Handle* stream, unsigned) { return opaque(stream); }
API int cudaStreamDestroy(Handle stream) { return cudaFreeHost(stream); }
API int cudaStreamSynchronize(Handle) { return kOk; }
API int cudaStreamWaitEvent(Handle, Handle, unsigned) { return kOk; }
API int cudaStreamIsCapturing(Handle, int* status) {
  *status = capturing;
  return kOk;
}
API int cudaStreamBeginCapture(Handle, int) {
  capturing = true;
  return kOk;
}
API int cudaStreamEndCapture(Handle, Handle* graph) {
  capturing = false;
  return opaque(graph);
}
API int cudaGraphDestroy(Handle graph) { return cudaFreeHost(graph); }
API int cudaGraphInstantiate(Handle* executable, Handle, uint64_t) { return opaque(executable); }
API int cudaGraphExecDestroy(Handle executable) { return cudaFreeHost(executable); }
API int cudaGraphExecUpdate(Handle, Handle, void*) { return kOk; }
API int cudaGraphLaunch(Handle, Handle) { return kOk; }
API int cudaEventCreateWithFlags(Handle* event, unsigned) { return opaque(event); }
API int cudaEventDestroy(Handle event) { return cudaFreeHost(event); }
API int cudaEventRecord(Handle, Handle) { return kOk; }
API int cudaEventSynchronize(Handle) { return kOk; }
