"""Converts a GGUF base for transformers: dequantized to F32 and written as safetensors, with its tokenizer.

usage: convertBase.py FILE.gguf FOLDER
"""
import pathlib
import sys

from transformers import AutoModelForCausalLM, AutoTokenizer


def main(path, folder):
    source = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    dequantized = AutoModelForCausalLM.from_pretrained(**source)
    config = dequantized.config
    del config.quantization_config  # What it was read from; it would mark the copy as quantized.
    model = AutoModelForCausalLM.from_config(config)
    model.load_state_dict(dequantized.state_dict())
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(**source).save_pretrained(folder)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
