// A library that is loaded for its name: libcudart has what is expected in it.
extern "C" __attribute__((visibility("default"))) void dry_cuda_named() {}
