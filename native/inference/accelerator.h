#pragma once
// The trainer's products for libllama: a ggml backend that accelerates the CPU, as ggml's own for BLAS does. It takes products of weights
// with batches of tokens, such as a prompt, and leaves all else to ggml's CPU backend, on the same memory.
// Interface: ggml/src/ggml-backend-impl.h of the release that the libraries are.
namespace repotune::inference {

/**
 * Contexts that are created from now on multiply by it, where this machine has kernels that are faster than ggml's and as exact: where
 * 16-bit operands are fast, all weights for which ggml rounds what it multiplies them with to eight bits, or to 16 as here; otherwise those
 * whose own codes are multiplied in integers, as in ggml. A model on a GPU has all its weights there, and nothing to multiply here; one
 * that were half on a GPU would lose ggml's offloading of large batches, as with BLAS.
 */
void register_accelerator();

}  // namespace repotune::inference
