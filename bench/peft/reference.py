"""PyTorch's and PEFT's results on a tiny model: the reference for the trainer.

usage: reference.py make FOLDER     per architecture: base.gguf, initial/ and trained/ (PEFT adapters), reference.json
       reference.py logits FOLDER   per architecture: exported/ (an adapter of ours), loaded by peft -> exported.json
Needs torch, transformers, peft and gguf.
"""
import json
import pathlib
import sys

import gguf
import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)

VOCAB, WIDTH, FF, HEADS, KV, HEAD, LAYERS, CONTEXT = 96, 32, 48, 4, 2, 8, 2, 64
STEPS, ROWS, TOKENS = 30, 4, 24
RANK, ALPHA = 4, 8
OPTIMIZER = dict(lr=5e-3, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.01)
CLIP = 1.0
LINEARS = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
           "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
NORMS = {"input_layernorm": "attn_norm", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}

shape = dict(vocab_size=VOCAB, hidden_size=WIDTH, intermediate_size=FF, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
             num_key_value_heads=KV, max_position_embeddings=CONTEXT, rms_norm_eps=1e-5, attn_implementation="eager")


def build(name):
    torch.manual_seed({"llama": 1, "qwen2": 2, "qwen3": 3, "gemma3": 4}[name])
    if name == "llama":
        model = LlamaForCausalLM(LlamaConfig(**shape, head_dim=HEAD, tie_word_embeddings=False))
    elif name == "qwen2":
        model = Qwen2ForCausalLM(Qwen2Config(**shape, tie_word_embeddings=True))
    elif name == "qwen3":
        model = Qwen3ForCausalLM(Qwen3Config(**shape, head_dim=16, tie_word_embeddings=True))
    else:
        model = Gemma3ForCausalLM(Gemma3TextConfig(**{**shape, "num_hidden_layers": 7}, head_dim=16, query_pre_attn_scalar=16, sliding_window=8,
                                                   hidden_activation="gelu_pytorch_tanh", tie_word_embeddings=True))
    with torch.no_grad():  # livelier than the default initialization, so that attention is not uniform
        for key, p in model.named_parameters():
            if p.dim() == 2:
                p.normal_(0, 0.3 if "embed" in key or "lm_head" in key else 1.2 / p.shape[1] ** 0.5)
            else:
                p.add_(torch.randn_like(p) * 0.1)
    return model.float().eval()


def interleave(weight, heads):
    """Rows of rotated heads in llama.cpp's order for the llama architecture: pairs adjacent."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def rope(config, kind):
    parameters = config.rope_parameters
    return (parameters.get(kind) or parameters)["rope_theta"]


def write_gguf(model, name, path):
    config, out = model.config, gguf.GGUFWriter(str(path), name)
    head = getattr(config, "head_dim", None) or WIDTH // HEADS
    out.add_vocab_size(VOCAB)
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(config.num_hidden_layers)
    out.add_feed_forward_length(FF)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KV)
    out.add_key_length(head)
    out.add_value_length(head)
    out.add_rope_dimension_count(head)
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_rope_freq_base(float(rope(config, "full_attention")))
    out.add_string("tokenizer.ggml.model", "no_vocab")
    if name == "gemma3":
        out.add_sliding_window(config.sliding_window)
    add = lambda key, value: out.add_tensor(key, np.ascontiguousarray(value, dtype=np.float32))
    state = {k: v.numpy() for k, v in model.state_dict().items()}
    plus = 1.0 if name == "gemma3" else 0.0  # Gemma's norms are stored as 1 + weight
    add("token_embd.weight", state["model.embed_tokens.weight"])
    add("output_norm.weight", state["model.norm.weight"] + plus)
    if not config.tie_word_embeddings:
        add("output.weight", state["lm_head.weight"])
    norms = dict(NORMS)
    if name == "gemma3":
        norms |= {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm"}
    else:
        norms |= {"post_attention_layernorm": "ffn_norm"}
    for i in range(config.num_hidden_layers):
        source, target = f"model.layers.{i}.", f"blk.{i}."
        for theirs, ours in LINEARS.items():
            for kind in ("weight", "bias"):
                value = state.get(f"{source}{theirs}.{kind}")
                if value is None:
                    continue
                if name == "llama" and ours in ("attn_q", "attn_k"):
                    value = interleave(value, HEADS if ours == "attn_q" else KV)
                add(f"{target}{ours}.{kind}", value)
        for theirs, ours in norms.items():
            if f"{source}{theirs}.weight" in state:
                add(f"{target}{ours}.weight", state[f"{source}{theirs}.weight"] + plus)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def rows():
    """Learnable sequences: each token is a fixed function of the two before it, with occasional noise."""
    noise = np.random.default_rng(5)
    data = []
    for _ in range(ROWS):
        row = list(noise.integers(0, VOCAB, 2))
        while len(row) < TOKENS:
            row.append(int((3 * row[-1] + 5 * row[-2] + 7) % VOCAB) if noise.random() < 0.9 else int(noise.integers(0, VOCAB)))
        data.append([int(t) for t in row])
    return data


def logits_of(model, row):
    with torch.no_grad():
        return [round(float(x), 6) for x in model(torch.tensor([row])).logits[0].flatten()]


def make(folder):
    for name in ("llama", "qwen2", "qwen3", "gemma3"):
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        base, data = build(name), rows()
        write_gguf(base, name, target / "base.gguf")
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=[k.split(".")[1] for k in LINEARS], task_type="CAUSAL_LM")
        model = get_peft_model(base, config)
        model.save_pretrained(target / "initial", save_embedding_layers=False)
        parameters = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(parameters, **OPTIMIZER)
        batch, losses = torch.tensor(data), []
        for _ in range(STEPS):
            loss = model(batch, labels=batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        model.save_pretrained(target / "trained", save_embedding_layers=False)
        (target / "reference.json").write_text(json.dumps({
            "rank": RANK, "alpha": ALPHA, "learningRate": OPTIMIZER["lr"], "beta1": OPTIMIZER["betas"][0], "beta2": OPTIMIZER["betas"][1],
            "epsilon": OPTIMIZER["eps"], "weightDecay": OPTIMIZER["weight_decay"], "clipNorm": CLIP, "rows": data, "losses": losses,
            "trainedLogits": logits_of(model, data[0])}) + "\n")


def logits(folder):
    for target in sorted(p for p in folder.iterdir() if p.is_dir()):
        data = json.loads((target / "reference.json").read_text())["rows"]
        model = PeftModel.from_pretrained(build(target.name), target / "exported").eval()
        (target / "exported.json").write_text(json.dumps({"logits": logits_of(model, data[0])}) + "\n")


{"make": make, "logits": logits}[sys.argv[1]](pathlib.Path(sys.argv[2]))
