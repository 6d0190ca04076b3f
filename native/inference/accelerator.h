#pragma once
// The trainer's products for libllama: a ggml backend that accelerates the CPU, as ggml's own for BLAS does. It takes products of weights
// with batches of tokens, such as a prompt, and leaves all else to ggml's CPU backend, on the same memory.
// Interface: ggml/src/ggml-backend-impl.h of the release that the libraries are.
namespace repotune::inference {

/**
 * Contexts that are created from now on multiply by it. Nothing happens where this machine has no kernels for 16-bit operands: those are
 * as exact as ggml's own, which round what is multiplied with a weight to eight bits, and faster.
 */
void register_accelerator();

}  // namespace repotune::inference
