"""Weights between PyTorch and GGUF; tensor names are llama.cpp's."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import torch

from model import Model, Shape


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
