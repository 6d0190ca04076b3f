"""Greedy continuation of many prompts of one length at a time, with keys and values kept."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model import NORM_EPSILON, Model, rotate


class Decoder:
    """Keys and values of `rows` sequences of up to `most` tokens."""

    def __init__(self, model: Model, rows: int, most: int) -> None:
        shape = model.shape
        self.model, self.length = model, 0
        self.keys = torch.zeros(shape.blocks, rows, shape.kv_heads, most, shape.head_size, dtype=torch.bfloat16)
        self.values = torch.zeros_like(self.keys)

    def step(self, ids: Tensor) -> Tensor:
        """ids: [rows, tokens], what follows what was seen so far; the likeliest next tokens, [rows]."""
        model, shape, start, end = self.model, self.model.shape, self.length, self.length + ids.shape[1]
        cos, sin = model.cos[start:end], model.sin[start:end]
        group = shape.heads // shape.kv_heads
        x = functional.embedding(ids, model.token_embd)
        for index, block in enumerate(model.blk):
            h = functional.rms_norm(x, (shape.width,), block.attn_norm, NORM_EPSILON)
            q = rotate(block.split(functional.linear(h, block.attn_q), shape.heads), cos, sin)
            self.keys[index, :, :, start:end] = rotate(block.split(functional.linear(h, block.attn_k), shape.kv_heads), cos, sin)
            self.values[index, :, :, start:end] = block.split(functional.linear(h, block.attn_v), shape.kv_heads)
            k, v = (cache[index, :, :, :end].repeat_interleave(group, 1) for cache in (self.keys, self.values))
            mixed = functional.scaled_dot_product_attention(q.to(k.dtype), k, v, is_causal=start == 0)
            x = x + functional.linear(mixed.transpose(1, 2).reshape(x.shape), block.attn_output)
            h = functional.rms_norm(x, (shape.width,), block.ffn_norm, NORM_EPSILON)
            x = x + functional.linear(functional.silu(functional.linear(h, block.ffn_gate)) * functional.linear(h, block.ffn_up), block.ffn_down)
        self.length = end
        last = functional.rms_norm(x[:, -1], (shape.width,), model.output_norm, NORM_EPSILON)
        return functional.linear(last, model.token_embd).float().argmax(-1)


@torch.no_grad()
def continuations(model: Model, prompts: Tensor, tokens: int) -> Tensor:
    """prompts: [rows, length]; what the model writes after them, [rows, tokens]."""
    decoder = Decoder(model, len(prompts), prompts.shape[1] + tokens)
    with torch.autocast("cpu", torch.bfloat16):
        written = [decoder.step(prompts)]
        while len(written) < tokens:
            written.append(decoder.step(written[-1][:, None]))
    return torch.stack(written, 1)
