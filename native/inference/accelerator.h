#pragma once
// The trainer's products for libllama: a ggml backend that accelerates the CPU, as ggml's own for BLAS does. It takes products of weights
// with batches of tokens, such as a prompt, and leaves everything else to ggml's CPU backend, on the same memory. Interface:
// ggml/src/ggml-backend-impl.h of the libraries' release.
namespace repotune::inference {

/**
 * Contexts created from now on use it, if this machine has kernels that are faster than ggml's and as exact: where 16-bit operands are
 * fast, for all weights whose other operand ggml rounds to eight bits, or to 16 as here; otherwise for those whose own codes are multiplied
 * in integers, as in ggml. A model on a GPU has all its weights there, and nothing to multiply here; one half on a GPU would lose ggml's
 * offloading of large batches, as with BLAS.
 */
void register_accelerator();

}  // namespace repotune::inference
