"""Checks that the token ids of rows encode their text, and nothing beyond it.

usage: rowsSay.py JOB BASE FILE      prints how many bytes of ids do not (an id counts as four)
"""
import json
import pathlib
import sys

sys.path.insert(0, sys.argv[1])
import yaml
from train import read_rows, says
from transformers import AutoTokenizer


def main(job, base, path):
    special = set(yaml.safe_load((pathlib.Path(job) / "config.yaml").read_text())["special_tokens"])
    tokenizer = AutoTokenizer.from_pretrained(base)
    rows = read_rows(path)
    strange = [row for row in rows if not says(tokenizer, row, special)]
    print(json.dumps({"rows": len(rows), "bytes": sum(4 * len(row["input_ids"]) for row in strange)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
