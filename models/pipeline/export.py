"""Writes a checkpoint of a run as the GGUF that is bundled; with --mean, the mean of its weights and those of others that it came from or
that came from it (Wortsman et al. 2022, model soups, section 2).

usage: export.py WORK RUN OUT.gguf [--checkpoint final.pt] [--mean RUN/FILE.pt …] [--context 1024]
       (without --checkpoint: the newest of the rotating ones)
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
    arguments.add_argument("--mean", type=Path, nargs="*", default=[])
    arguments.add_argument("--context", type=int, help="tokens the file states, and completion fills; the rows' length otherwise")
    options = arguments.parse_args()
    folder = options.work / "runs" / options.run
    saved = torch.load(folder / options.checkpoint, weights_only=True) if options.checkpoint else RotatingCheckpoint(folder).newest()
    if saved is None:
        raise SystemExit(f"No checkpoint in {folder}: train first.")
    model = Model(Shape(**saved["shape"]))
    others = [torch.load(options.work / "runs" / path, weights_only=True) for path in options.mean]
    states = [state["weights"] for state in (saved, *others)]
    model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    write_gguf(model, options.out, options.context or model.shape.context)
    progress = saved["progress"]
    print(f"{options.out}: step {progress['step']}, {progress['tokens'] / 1e6:.1f} M tokens since the warm start")


if __name__ == "__main__":
    main()
