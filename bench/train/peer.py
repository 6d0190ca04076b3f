"""LoRA in PyTorch on the shape that bench/train.ts measures: the peer whose figures it prints beside ours.

A Qwen2.5-0.5B shape with random frozen weights, adapters of rank 16 on the seven linears of every block, gradient checkpointing per
block and AdamW: the arithmetic of PEFT with its usual settings, without PEFT's own overhead.

usage: peer.py [--dtype bf16|f32] [--batch N] [--tokens N] [--steps N] [--threads N] [--chunk-head ROWS]
Prints one JSON object: tokens a second, by the clock and by the processor time of all threads (median step, after one to warm up), and
the peak resident memory of this process in MB.
Needs torch (bench/train/requirements.txt).
"""
import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

WIDTH, FF, HEADS, KV_HEADS, BLOCKS, VOCABULARY = 896, 4864, 14, 2, 24, 151936
HEAD = WIDTH // HEADS
KV_WIDTH = KV_HEADS * HEAD
RANK, ALPHA = 16, 32
ROPE_BASE = 1e6
EPSILON = 1e-6
LEARNING_RATE = 1e-4


def frozen(*shape, dtype):
    """Random weights, since values do not affect the speed. Filled in place: freed temporaries would stay in the process and count
    towards its peak memory."""
    return nn.Parameter(torch.empty(*shape, dtype=dtype).normal_(0, 0.02), requires_grad=False)


class AdaptedLinear(nn.Module):
    """x W^T + b + (alpha / rank) x A^T B^T with W and b frozen; A and B are in F32, as PEFT keeps them."""

    def __init__(self, inputs, outputs, dtype, bias=False):
        super().__init__()
        self.weight = frozen(outputs, inputs, dtype=dtype)
        self.bias = frozen(outputs, dtype=dtype) if bias else None
        self.a = nn.Parameter(torch.randn(RANK, inputs) * 0.01)
        self.b = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, x):  # [batch, tokens, inputs] -> [batch, tokens, outputs]
        low = F.linear(x, self.a.to(x.dtype))
        return F.linear(x, self.weight, self.bias) + F.linear(low, self.b.to(x.dtype)) * (ALPHA / RANK)


class Block(nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.query = AdaptedLinear(WIDTH, WIDTH, dtype, bias=True)
        self.key = AdaptedLinear(WIDTH, KV_WIDTH, dtype, bias=True)
        self.value = AdaptedLinear(WIDTH, KV_WIDTH, dtype, bias=True)
        self.output = AdaptedLinear(WIDTH, WIDTH, dtype)
        self.gate = AdaptedLinear(WIDTH, FF, dtype)
        self.up = AdaptedLinear(WIDTH, FF, dtype)
        self.down = AdaptedLinear(FF, WIDTH, dtype)
        self.attention_norm = nn.Parameter(torch.ones(WIDTH, dtype=dtype), requires_grad=False)
        self.ffn_norm = nn.Parameter(torch.ones(WIDTH, dtype=dtype), requires_grad=False)

    def forward(self, x, cos, sin):  # [batch, tokens, WIDTH]
        x = x + self.attention(F.rms_norm(x, (WIDTH,), self.attention_norm, EPSILON), cos, sin)
        normed = F.rms_norm(x, (WIDTH,), self.ffn_norm, EPSILON)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))

    def attention(self, x, cos, sin):
        query = rotated(split_heads(self.query(x), HEADS), cos, sin)
        key = rotated(split_heads(self.key(x), KV_HEADS), cos, sin).repeat_interleave(HEADS // KV_HEADS, dim=1)
        value = split_heads(self.value(x), KV_HEADS).repeat_interleave(HEADS // KV_HEADS, dim=1)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.output(mixed.transpose(1, 2).flatten(2))


def split_heads(x, heads):  # [batch, tokens, heads * HEAD] -> [batch, heads, tokens, HEAD]
    return x.unflatten(2, (heads, HEAD)).transpose(1, 2)


def rotated(x, cos, sin):
    """RoPE on the halves of a head."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def rotations(tokens, dtype):  # two of [tokens, HEAD]
    frequencies = ROPE_BASE ** (-torch.arange(0, HEAD, 2) / HEAD)
    angles = torch.outer(torch.arange(tokens), frequencies).repeat(1, 2)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def summed_loss(hidden, labels, embedding):
    return F.cross_entropy(F.linear(hidden, embedding).float(), labels, reduction="sum")


def mean_loss(hidden, labels, embedding, rows):
    """`rows` of logits at a time, each recomputed in the backward pass; 0: all at once, as in PEFT."""
    if rows == 0:
        return summed_loss(hidden, labels, embedding) / len(labels)
    parts = zip(hidden.split(rows), labels.split(rows))
    return sum(checkpoint(summed_loss, *part, embedding, use_reentrant=False) for part in parts) / len(labels)


class Trainer:
    def __init__(self, dtype, batch, tokens, chunk_head):
        self.chunk_head = chunk_head
        self.embedding = frozen(VOCABULARY, WIDTH, dtype=dtype)
        self.blocks = nn.ModuleList(Block(dtype) for _ in range(BLOCKS))
        self.optimizer = torch.optim.AdamW([p for p in self.blocks.parameters() if p.requires_grad], lr=LEARNING_RATE)
        self.ids = torch.randint(VOCABULARY, (batch, tokens + 1))
        self.rotations = rotations(tokens, dtype)

    def step(self):
        # Checkpointing needs an input that requires a gradient.
        x = F.embedding(self.ids[:, :-1], self.embedding).requires_grad_(True)
        for block in self.blocks:
            x = checkpoint(block, x, *self.rotations, use_reentrant=False)
        hidden = F.rms_norm(x, (WIDTH,), eps=EPSILON).flatten(0, 1)
        mean_loss(hidden, self.ids[:, 1:].flatten(), self.embedding, self.chunk_head).backward()
        self.optimizer.step()
        self.optimizer.zero_grad()


def timed(run):
    """Wall-clock seconds and processor seconds."""
    started = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dtype", choices=("bf16", "f32"), default="bf16")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=1024)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--chunk-head", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    dtype = torch.bfloat16 if asked.dtype == "bf16" else torch.float32
    trainer = Trainer(dtype, asked.batch, asked.tokens, asked.chunk_head)
    trainer.step()
    seconds, processor = (statistics.median(times) for times in zip(*(timed(trainer.step) for _ in range(asked.steps))))
    print(json.dumps({
        "torch": torch.__version__,
        **vars(asked),
        "tokensPerSecond": round(asked.batch * asked.tokens / seconds, 1),
        "tokensPerProcessorSecond": round(asked.batch * asked.tokens / processor, 1),
        # Linux counts in KiB.
        "peakRssMb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }))


if __name__ == "__main__":
    main()
