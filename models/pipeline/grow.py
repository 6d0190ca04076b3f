"""Makes a larger base that computes what the smaller one does, for `train.py --from`: what was learned is kept, and there is more to learn with.

A feed-forward layer gets more units, each written to by new weights and read by zeros (Net2WiderNet's aim, Chen et al. 2016, without
its copies); a new block is a copy of the one before it whose two output matrices are zero, so it adds nothing yet (Wu et al. 2024,
LLaMA Pro, section 3.2).

usage: grow.py BASE.gguf OUT.gguf [--ffn 1536] [--blocks 12]
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from model import Block, Model, Shape
from weights import read_gguf, write_gguf


def sources(before: int, after: int) -> list[tuple[int, bool]]:
    """For each of `after` blocks the block it comes from, and whether it is the copy, spread evenly over the depth."""
    if not before <= after <= 2 * before:
        raise SystemExit(f"{before} blocks can become up to {2 * before}, not {after}.")
    copies = {round((index + 1) * before / (after - before)) - 1 for index in range(after - before)}
    return [pair for index in range(before) for pair in [(index, False), *([(index, True)] if index in copies else [])]]


@torch.no_grad()
def grown(base: Model, shape: Shape) -> Model:
    """The base in a shape of more feed-forward units or blocks, with the same outputs."""
    if shape.ffn < base.shape.ffn:
        raise SystemExit(f"A feed-forward layer of {base.shape.ffn} units cannot become one of {shape.ffn}.")
    model = Model(shape)
    model.token_embd.copy_(base.token_embd)
    model.output_norm.copy_(base.output_norm)
    for block, (source, is_copy) in zip(model.blk, sources(base.shape.blocks, shape.blocks)):
        fill(block, base.blk[source])
        if is_copy:
            block.attn_output.zero_()
            block.ffn_down.zero_()
    return model


def fill(block: Block, source: Block) -> None:
    """Sets a block's weights to another's with fewer units."""
    for name, parameter in source.named_parameters():
        target = getattr(block, name)
        if name == "ffn_down":
            target.zero_()
            target[:, : parameter.shape[1]] = parameter
        elif name in ("ffn_gate", "ffn_up"):
            # New units start at the size of the ones that have learned.
            target.normal_(0.0, float(parameter.std()))
            target[: parameter.shape[0]] = parameter
        else:
            target.copy_(parameter)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("base", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--ffn", type=int)
    arguments.add_argument("--blocks", type=int)
    options = arguments.parse_args()
    torch.manual_seed(0)
    base = read_gguf(options.base)
    shape = replace(base.shape, ffn=options.ffn or base.shape.ffn, blocks=options.blocks or base.shape.blocks)
    model = grown(base, shape)
    ids = torch.randint(base.shape.vocabulary, (2, 64))
    torch.testing.assert_close(model.hidden(ids), base.hidden(ids))
    write_gguf(model, options.out, shape.context)
    print(f"{options.out}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {sum(p.numel() for p in base.parameters()) / 1e6:.2f} M before")


if __name__ == "__main__":
    main()
