"""transformers and PEFT on the model and the rows that bench_gpu trains on: the peer whose figures are printed beside ours.

LoRA of rank 16 on the seven linears of every block, with SDPA and AdamW, and the loss that transformers computes, as its Trainer runs it with
bf16=True: PEFT keeps the adapter in F32, and under autocast its products are in bfloat16 like the base's.

usage: peer.py MODEL.gguf ROWS --segment N [--base bf16|f32|nf4] [--checkpointing] [--at-once N] [--steps N] [--learning-rate N]
               [--device cuda|cpu]
ROWS are the step's tokens as bench_gpu writes them. As many rows at once as fit, N at most: where the memory does not suffice, half of them,
with their gradients added up. nf4 is bitsandbytes' where it can be imported; else the base is packed in four bits here, and each linear unpacked when
it is computed. Prints one JSON object: tokens a second (median step after one to warm up), peak memory of the steps in bytes, the loss of
every step; or that it does not fit into the card's memory.
Needs torch, transformers, peft and numpy.
"""
import argparse
import json
import pathlib
import resource
import statistics
import sys
import time

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from torch.nn import functional as F
from transformers import Qwen2Config, Qwen2ForCausalLM

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from gguf_file import GgufFile  # noqa: E402

RANK, ALPHA = 16, 32
CLIP = 1.0
LINEARS = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
           "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
NORMS = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
# The sixteen levels of NF4: quantiles of a normal distribution (Dettmers et al. 2023, appendix E).
LEVELS = (-1.0, -0.6961928, -0.5250731, -0.3949175, -0.2844414, -0.1847734, -0.0910500, 0.0, 0.0795803, 0.1609302, 0.2461123, 0.3379152,
          0.4407098, 0.5626170, 0.7229568, 1.0)
NF4_BLOCK = 64


def config_of(file):
    arch = file.values["general.architecture"]
    if arch != "qwen2":
        raise SystemExit(f"The peer is built for qwen2, and the model is of {arch}.")
    value = lambda key: file.values[f"{arch}.{key}"]
    return Qwen2Config(
        vocab_size=file.tensors["token_embd.weight"][0][1], hidden_size=value("embedding_length"),
        intermediate_size=value("feed_forward_length"), num_hidden_layers=value("block_count"),
        num_attention_heads=value("attention.head_count"), num_key_value_heads=value("attention.head_count_kv"),
        max_position_embeddings=value("context_length"), rms_norm_eps=value("attention.layer_norm_rms_epsilon"),
        rope_theta=value("rope.freq_base"), tie_word_embeddings="output.weight" not in file.tensors, attn_implementation="sdpa")


class PackedLinear(nn.Linear):
    """A frozen linear in four bits, NF4 in blocks of 64, unpacked each time it is computed."""

    def __init__(self, weight, bias):
        nn.Module.__init__(self)
        self.out_features, self.in_features = weight.shape
        blocks = weight.float().reshape(-1, NF4_BLOCK)
        self.register_buffer("levels", torch.tensor(LEVELS, device=weight.device))
        self.register_buffer("largest", blocks.abs().amax(1, keepdim=True).clamp_min(1e-12))
        middle = (self.levels[1:] + self.levels[:-1]) / 2
        codes = torch.bucketize(blocks / self.largest, middle).to(torch.uint8).reshape(-1, 2)
        self.register_buffer("codes", codes[:, 0] | codes[:, 1] << 4)
        self.bias = bias
        self.computed = weight.dtype

    @property
    def weight(self):
        codes = torch.stack((self.codes & 15, self.codes >> 4), 1).reshape(-1, NF4_BLOCK).int()
        return (self.levels[codes] * self.largest).to(self.computed).reshape(self.out_features, self.in_features)

    def forward(self, x):
        return Unpacked.apply(x, self)


class Unpacked(torch.autograd.Function):
    """Unpacks again in the backward pass instead of keeping the unpacked weight."""

    @staticmethod
    def forward(context, x, linear):
        context.linear = linear
        return F.linear(x, linear.weight, linear.bias)

    @staticmethod
    def backward(context, gradient):
        return gradient @ context.linear.weight, None


class DoesNotFit(Exception):
    pass


def four_bits(linear):
    """The parent module, and the linear's name in it."""
    try:
        import bitsandbytes
    except ImportError:
        return "unpacked per layer", PackedLinear(linear.weight.data, linear.bias)
    packed = bitsandbytes.nn.Linear4bit(linear.in_features, linear.out_features, bias=linear.bias is not None, device="meta",
                                        compute_dtype=linear.weight.dtype, quant_type="nf4", compress_statistics=True)
    packed.weight = bitsandbytes.nn.Params4bit(linear.weight.data.cpu(), requires_grad=False, quant_type="nf4")
    packed.bias = linear.bias
    return "bitsandbytes " + bitsandbytes.__version__, packed.to(linear.weight.device)


def load(path, base, device):
    """The base with the file's weights, and the name of its 4-bit implementation, if any."""
    file = GgufFile(path)
    dtype = torch.float32 if base == "f32" else torch.bfloat16
    with torch.device("meta"):
        model = Qwen2ForCausalLM(config_of(file)).to(dtype)
    # Every weight stays on no device until it is read: a whole base in bfloat16 is never on the card when each linear is packed in four bits.
    # Computed from the configuration rather than read.
    model.model.rotary_emb = type(model.model.rotary_emb)(model.config).to(device)
    take = lambda name: nn.Parameter(torch.from_numpy(file.tensor(name)).to(device, dtype), requires_grad=False)
    packer = None
    model.model.embed_tokens.weight = take("token_embd.weight")
    model.model.norm.weight = take("output_norm.weight")
    if model.config.tie_word_embeddings:
        model.lm_head.weight = model.model.embed_tokens.weight
    else:
        model.lm_head.weight = take("output.weight")
    for i, layer in enumerate(model.model.layers):
        for theirs, ours in LINEARS.items():
            linear = layer.get_submodule(theirs)
            linear.weight = take(f"blk.{i}.{ours}.weight")
            if linear.bias is not None:
                linear.bias = take(f"blk.{i}.{ours}.bias")
            if base == "nf4":
                parent, _, name = theirs.rpartition(".")
                packer, packed = four_bits(linear)
                setattr(layer.get_submodule(parent), name, packed)
        for theirs, ours in NORMS.items():
            layer.get_submodule(theirs).weight = take(f"blk.{i}.{ours}.weight")
    forgotten = [name for name, tensor in (*model.named_parameters(), *model.named_buffers()) if tensor.is_meta]
    if forgotten:
        raise SystemExit(f"These weights were not read: {', '.join(forgotten)}.")
    forget_peak(device)
    return model, packer


def forget_peak(device):
    """What was needed only to load, or for an attempt that did not fit, is no memory of a step."""
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


class Trainer:
    def __init__(self, model, rows, learning_rate, at_once=None):
        self.model, self.rows = model, rows
        self.at_once = min(at_once or len(rows), len(rows))
        self.adapter = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.adapter, lr=learning_rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, fused=True)
        self.autocast = torch.autocast(rows.device.type, torch.bfloat16, enabled=model.dtype == torch.bfloat16)

    def step(self):
        while True:
            try:
                return self._step()
            except torch.cuda.OutOfMemoryError:
                if self.at_once == 1:
                    raise DoesNotFit("One row alone does not fit into the card's memory.") from None
            # Not above: until the exception is gone its frames hold the failed attempt's tensors.
            self.at_once //= 2
            self.optimizer.zero_grad()
            forget_peak(self.rows.device.type)

    def _step(self):
        total = 0.0
        for rows in self.rows.split(self.at_once):
            share = len(rows) / len(self.rows)
            with self.autocast:
                loss = self.model(input_ids=rows, labels=rows, use_cache=False).loss * share
            loss.backward()
            total += loss.item()
        nn.utils.clip_grad_norm_(self.adapter, CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return total


def peak_bytes(device):
    if device == "cuda":
        return torch.cuda.max_memory_reserved()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB


def measured(asked):
    torch.manual_seed(1)
    try:
        model, packer = load(asked.model, asked.base, asked.device)
    except torch.cuda.OutOfMemoryError:
        raise DoesNotFit("The base alone does not fit into the card's memory.") from None
    if asked.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    model = get_peft_model(model, LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM",
                                             target_modules=[name.rpartition(".")[2] for name in LINEARS]))
    model.train()
    rows = torch.from_numpy(np.fromfile(asked.rows, dtype=np.int32).astype(np.int64).reshape(-1, asked.segment)).to(asked.device)
    trainer = Trainer(model, rows, asked.learning_rate, asked.at_once)
    losses, seconds = [], []
    for i in range(asked.steps + 1):
        started = time.perf_counter()
        losses.append(trainer.step())  # waits for the device: the loss is fetched
        if i > 0:
            seconds.append(time.perf_counter() - started)
    middle = statistics.median(seconds)
    return {
        "base": asked.base, "checkpointing": asked.checkpointing, "fourBits": packer, "torch": torch.__version__, "device": asked.device,
        "tokens": rows.numel(), "rowsAtOnce": trainer.at_once, "secondsPerStep": middle, "tokensPerSecond": rows.numel() / middle,
        "memoryBytes": peak_bytes(asked.device), "losses": losses,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("rows")
    parser.add_argument("--segment", type=int, required=True)
    parser.add_argument("--base", choices=("bf16", "f32", "nf4"), default="bf16")
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--at-once", type=int)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    asked = parser.parse_args()
    try:
        answer = measured(asked)
    except DoesNotFit as error:
        # An answer, unlike any other failure: who cannot train here is no peer to compare with.
        answer = {"failed": str(error), "doesNotFit": True}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
