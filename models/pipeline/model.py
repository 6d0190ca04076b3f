"""The base model in PyTorch: llama architecture (RMSNorm, interleaved RoPE, grouped-query attention, SwiGLU, tied embeddings)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from attention import causal_attention

NORM_EPSILON = 1e-5
# Rows of logits held at once: [1024, 8192] in F32 is 32 MB.
HEAD_ROWS = 1024


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 8192
    width: int = 256
    blocks: int = 8
    heads: int = 4
    kv_heads: int = 2
    ffn: int = 768
    context: int = 2048
    rope_base: float = 10_000.0

    @property
    def head_size(self) -> int:
        return self.width // self.heads


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        kv_width = shape.kv_heads * shape.head_size
        small = 0.02 / math.sqrt(2 * shape.blocks)
        self.attn_norm = nn.Parameter(torch.ones(shape.width))
        self.attn_q = matrix(shape.width, shape.width, 0.02)
        self.attn_k = matrix(kv_width, shape.width, 0.02)
        self.attn_v = matrix(kv_width, shape.width, 0.02)
        self.attn_output = matrix(shape.width, shape.width, small)
        self.ffn_norm = nn.Parameter(torch.ones(shape.width))
        self.ffn_gate = matrix(shape.ffn, shape.width, 0.02)
        self.ffn_up = matrix(shape.ffn, shape.width, 0.02)
        self.ffn_down = matrix(shape.width, shape.ffn, small)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: [rows, tokens, width]; cos, sin: [tokens, head_size / 2]."""
        q, k, v = self.heads(x, cos, sin)
        return self.after(x, causal_attention(q, k, v))

    def heads(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries [rows, heads, tokens, head_size], keys and values [rows, kv_heads, tokens, head_size]."""
        shape = self.shape
        h = functional.rms_norm(x, (shape.width,), self.attn_norm, NORM_EPSILON)
        q = rotate(self.split(functional.linear(h, halves(self.attn_q, shape.heads)), shape.heads), cos, sin)
        k = rotate(self.split(functional.linear(h, halves(self.attn_k, shape.kv_heads)), shape.kv_heads), cos, sin)
        return q, k, self.split(functional.linear(h, self.attn_v), shape.kv_heads)

    def mixed(self, q: Tensor, k: Tensor, v: Tensor, is_causal: bool) -> Tensor:
        """Queries that attend to all keys, or, as many as the keys, to those up to their own place."""
        group = self.shape.heads // self.shape.kv_heads
        if q.shape[2] == 1:
            # Heads that share keys are queries of one head: nothing is copied for them.
            return functional.scaled_dot_product_attention(q.reshape(len(q), -1, group, q.shape[3]), k, v).view(q.shape)
        return functional.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=is_causal)

    def after(self, x: Tensor, mixed: Tensor) -> Tensor:
        """The block's output from its input and what attention mixed, [rows, heads, tokens, head_size]."""
        shape = self.shape
        x = x + functional.linear(mixed.transpose(1, 2).reshape(x.shape), self.attn_output)
        h = functional.rms_norm(x, (shape.width,), self.ffn_norm, NORM_EPSILON)
        return x + functional.linear(functional.silu(functional.linear(h, self.ffn_gate)) * functional.linear(h, self.ffn_up), self.ffn_down)

    def split(self, x: Tensor, heads: int) -> Tensor:
        """[rows, tokens, heads * head_size] to [rows, heads, tokens, head_size]."""
        return x.view(x.shape[0], x.shape[1], heads, self.shape.head_size).transpose(1, 2)


class Model(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = matrix(shape.vocabulary, shape.width, 0.02)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.blocks))
        self.output_norm = nn.Parameter(torch.ones(shape.width))
        frequencies = shape.rope_base ** (-torch.arange(0, shape.head_size, 2).float() / shape.head_size)
        angles = torch.outer(torch.arange(shape.context).float(), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def hidden(self, ids: Tensor) -> Tensor:
        """[rows, tokens] to [rows * tokens, width], normed for the head."""
        x = functional.embedding(ids, self.token_embd)
        for block in self.blk:
            x = block(x, self.cos[: ids.shape[1]], self.sin[: ids.shape[1]])
        return functional.rms_norm(x, (self.shape.width,), self.output_norm, NORM_EPSILON).flatten(0, 1)

    def matrices(self) -> list[nn.Parameter]:
        """The linears' weights, which Muon updates."""
        return [p for block in self.blk for p in block.parameters() if p.ndim == 2]

    def others(self) -> list[nn.Parameter]:
        return [self.token_embd, self.output_norm, *(p for block in self.blk for p in block.parameters() if p.ndim == 1)]


def matrix(rows: int, columns: int, deviation: float) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, columns) * deviation)


def halves(weight: Tensor, heads: int) -> Tensor:
    """The rows of each head, those of even number first. The file has the interleaved rotary embedding of llama.cpp's llama architecture, pairs
    of neighbours; in halves the pairs are far apart, which processors turn several at a time. Scores are the same: queries and keys change
    places alike."""
    rows, width = weight.shape
    return weight.view(heads, rows // heads // 2, 2, width).transpose(1, 2).reshape(rows, width)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of heads in halves. x: [rows, heads, tokens, head_size]; cos, sin: [tokens, head_size / 2]."""
    even, odd = x.chunk(2, -1)
    return torch.cat((even * cos - odd * sin, even * sin + odd * cos), -1)


class ChunkedLoss(torch.autograd.Function):
    """Summed cross-entropy of a tied head, a chunk of rows at a time, gradients made on the way forward: logits are never kept."""

    @staticmethod
    def forward(ctx, hidden: Tensor, embedding: Tensor, targets: Tensor, token_weights: Tensor, products: torch.dtype) -> Tensor:
        """hidden: [n, width], embedding: [vocabulary, width], targets and their weights: [n]; the three products run in `products`, sums in F32."""
        weights = embedding.to(products)
        d_hidden, d_embedding = torch.empty_like(hidden, dtype=torch.float32), torch.zeros_like(embedding)
        total = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(targets), HEAD_ROWS):
            rows = hidden[start : start + HEAD_ROWS].to(products)
            loss, d_logits = loss_of_logits(rows @ weights.t(), targets[start : start + HEAD_ROWS], token_weights[start : start + HEAD_ROWS])
            total += loss
            d_hidden[start : start + HEAD_ROWS] = d_logits @ weights
            d_embedding += d_logits.t() @ rows
        ctx.save_for_backward(d_hidden.to(hidden.dtype), d_embedding)
        return total

    @staticmethod
    def backward(ctx, upstream: Tensor):
        d_hidden, d_embedding = ctx.saved_tensors
        return d_hidden * upstream, d_embedding * upstream, None, None, None


@torch.compile(dynamic=False)
def loss_of_logits(logits: Tensor, targets: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Summed weighted cross-entropy in F32, and its gradient with respect to `logits`, [n, vocabulary], in their own type. A target with
    a negative weight is unwanted: its loss is -log(1 - p) (unlikelihood, Welleck et al. 2020, equation 2), whose gradient is the
    cross-entropy's times -p / (1 - p)."""
    wide, weights = logits.float(), weights[:, None]
    log_sums = wide.logsumexp(1, keepdim=True)
    log_p = wide.gather(1, targets[:, None]) - log_sums
    others = (1 - log_p.exp()).clamp(min=1e-4)
    unwanted = weights < 0
    loss = (weights * torch.where(unwanted, others.log(), -log_p)).sum()
    factors = torch.where(unwanted, weights * (1 - others) / others, weights)
    columns = torch.arange(logits.shape[1], dtype=torch.int32)
    return loss, (factors * ((wide - log_sums).exp() - (columns == targets[:, None].int()).float())).to(logits.dtype)
