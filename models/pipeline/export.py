"""Writes a checkpoint of a run as the GGUF that is bundled; with --mean, the mean of its weights and those of other files of WORK/runs or
of the GGUF it began with (Wortsman et al. 2022, model soups, section 2).

usage: export.py WORK RUN OUT.gguf [--checkpoint final.pt] [--mean RUN/FILE.pt BASE.gguf …] [--context 1024]
       (without --checkpoint: the newest of the rotating ones)
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from checkpoint import RotatingCheckpoint
from model import Model, Shape
from weights import read_gguf, write_gguf


def weights_of(runs: Path, path: Path) -> dict[str, torch.Tensor]:
    return read_gguf(path).state_dict() if path.suffix == ".gguf" else torch.load(runs / path, weights_only=True)["weights"]


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
    states = [saved["weights"], *(weights_of(options.work / "runs", path) for path in options.mean)]
    model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    write_gguf(model, options.out, options.context or model.shape.context)
    progress = saved["progress"]
    print(f"{options.out}: step {progress['step']}, {progress['tokens'] / 1e6:.1f} M tokens since the warm start")


if __name__ == "__main__":
    main()
