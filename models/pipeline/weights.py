"""Weights between PyTorch and GGUF; tensor names are llama.cpp's."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import torch

import vocabulary
from model import NORM_EPSILON, Model, Shape

NAME = "seedling-code-8m"
FIM_KEYS = {
    "fim_pre": "fim_prefix", "fim_suf": "fim_suffix", "fim_mid": "fim_middle", "fim_pad": "fim_pad", "fim_rep": "repo_name", "fim_sep": "file_sep",
}  # fmt: skip


def gguf_name(parameter: str) -> str:
    return f"{parameter}.weight"


def read_gguf(path: Path) -> Model:
    """A model of the file's shape with its weights."""
    reader = gguf.GGUFReader(path)
    value = lambda key: reader.fields[f"llama.{key}"].contents()  # noqa: E731
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    shape = Shape(
        vocabulary=len(tensors["token_embd.weight"]),
        width=value("embedding_length"),
        blocks=value("block_count"),
        heads=value("attention.head_count"),
        kv_heads=value("attention.head_count_kv"),
        ffn=value("feed_forward_length"),
        rope_base=value("rope.freq_base"),
    )
    model = Model(shape)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(np.array(tensors[gguf_name(name)], dtype=np.float32)))
    return model


def write_gguf(model: Model, path: Path, context: int) -> None:
    """F16 matrices, F32 norms, the tokenizer, and the prompt order the base is trained for. Written aside, then renamed."""
    shape, table, special = model.shape, vocabulary.read(), vocabulary.special_ids()
    aside = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(aside, "llama")
    writer.add_name(NAME)
    writer.add_license("mit")
    writer.add_description("Tiny code model, suffix-first fill-in-the-middle, pretrained on permissively licensed source code.")
    writer.add_string("repotune.prompt_order", "suffix-first-line")
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.blocks)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_size)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(NORM_EPSILON)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(table["vocab"] + table["special"])
    writer.add_token_types([gguf.TokenType.NORMAL] * len(table["vocab"]) + [gguf.TokenType.CONTROL] * len(table["special"]))
    writer.add_token_merges([" ".join(pair) for pair in table["merges"]])
    writer.add_add_bos_token(False)
    for add in (writer.add_bos_token_id, writer.add_eos_token_id, writer.add_eot_token_id):
        add(special["<|endoftext|>"])
    writer.add_pad_token_id(special["<|fim_pad|>"])
    for key, name in FIM_KEYS.items():
        writer.add_uint32(f"tokenizer.ggml.{key}_token_id", special[f"<|{name}|>"])
    for name, parameter in model.named_parameters():
        values = parameter.detach().numpy()
        writer.add_tensor(gguf_name(name), values.astype(np.float16) if values.ndim == 2 else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    aside.rename(path)
