#pragma once
// The trainer's products for libllama: a ggml backend that accelerates the CPU, as ggml's own for BLAS does. It takes products of weights
// with batches of tokens, such as a prompt, and leaves all else to ggml's CPU backend, on the same memory.
// Interface: ggml/src/ggml-backend-impl.h of the release that the libraries are.
namespace repotune::inference {

/**
 * Contexts that are created from now on multiply by it, where this machine has kernels that are faster than ggml's and as exact: all
 * weights where 16-bit operands are fast, since ggml rounds what a weight meets to eight bits; otherwise those whose own codes are
 * multiplied in integers, as in ggml.
 */
void register_accelerator();

}  // namespace repotune::inference
