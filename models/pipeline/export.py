"""Writes a checkpoint of a run as the GGUF that is bundled.

usage: export.py WORK RUN OUT.gguf [--checkpoint final.pt] [--context 1024]   (without: the newest of the rotating ones)
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from checkpoint import RotatingCheckpoint
from model import Model, Shape
from weights import write_gguf


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("run")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--checkpoint")
    arguments.add_argument("--context", type=int, help="tokens the file states, and completion fills; the rows' length otherwise")
    options = arguments.parse_args()
    folder = options.work / "runs" / options.run
    saved = torch.load(folder / options.checkpoint, weights_only=True) if options.checkpoint else RotatingCheckpoint(folder).newest()
    if saved is None:
        raise SystemExit(f"No checkpoint in {folder}: train first.")
    model = Model(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    write_gguf(model, options.out, options.context or model.shape.context)
    progress = saved["progress"]
    print(f"{options.out}: step {progress['step']}, {progress['tokens'] / 1e6:.1f} M tokens since the warm start")


if __name__ == "__main__":
    main()
