"""The base's tokenizer (byte-level BPE, 8192 entries, qwen2 pre-tokens) on the `tokenizers` library: the ids llama.cpp gives."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

FILE = Path(__file__).with_name("tokenizer.json")
# llama.cpp's LLAMA_VOCAB_PRE_TYPE_QWEN2.
PRE_TOKENS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def read() -> dict:
    """{"vocab": [text], "merges": [[left, right]], "special": [text]}; special tokens follow the vocabulary."""
    return json.loads(FILE.read_text())


def special_ids() -> dict[str, int]:
    table = read()
    return {name: len(table["vocab"]) + index for index, name in enumerate(table["special"])}


def tokenizer() -> Tokenizer:
    table = read()
    made = Tokenizer(BPE({text: index for index, text in enumerate(table["vocab"])}, [tuple(pair) for pair in table["merges"]]))
    made.pre_tokenizer = Sequence([Split(Regex(PRE_TOKENS), "isolated"), ByteLevel(add_prefix_space=False, use_regex=False)])
    made.decoder = decoders.ByteLevel()
    return made
