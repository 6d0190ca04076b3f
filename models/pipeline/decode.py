"""Greedy continuation of many prompts of one length at a time, with keys and values kept."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model import NORM_EPSILON, Model


class Decoder:
    """Keys and values of `rows` sequences of up to `most` tokens."""

    def __init__(self, model: Model, rows: int, most: int) -> None:
        shape = model.shape
        self.model, self.length = model, 0
        self.keys = torch.zeros(shape.blocks, rows, shape.kv_heads, most, shape.head_size, dtype=torch.bfloat16)
        self.values = torch.zeros_like(self.keys)

    def step(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """ids: [rows, tokens], what follows what was seen so far; the likeliest next tokens and their probabilities, [rows]."""
        model, shape, start, end = self.model, self.model.shape, self.length, self.length + ids.shape[1]
        cos, sin = model.cos[start:end], model.sin[start:end]
        x = functional.embedding(ids, model.token_embd)
        for block, keys, values in zip(model.blk, self.keys, self.values):
            q, keys[:, :, start:end], values[:, :, start:end] = block.heads(x, cos, sin)
            x = block.after(x, block.mixed(q.to(keys.dtype), keys[:, :, :end], values[:, :, :end], is_causal=start == 0))
        self.length = end
        last = functional.rms_norm(x[:, -1], (shape.width,), model.output_norm, NORM_EPSILON)
        best = functional.linear(last, model.token_embd).float().softmax(-1).max(-1)
        return best.indices, best.values


@torch.no_grad()
def continuations(model: Model, prompts: Tensor, tokens: int) -> tuple[Tensor, Tensor]:
    """prompts: [rows, length]; what the model writes after them, and how probable each token was, [rows, tokens]."""
    decoder = Decoder(model, len(prompts), prompts.shape[1] + tokens)
    with torch.autocast("cpu", torch.bfloat16):
        written = [decoder.step(prompts)]
        while len(written) < tokens:
            written.append(decoder.step(written[-1][0][:, None]))
    ids, probabilities = (torch.stack(parts, 1) for parts in zip(*written))
    return ids, probabilities
