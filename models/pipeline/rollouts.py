"""Lets a run's newest checkpoint complete at places of the corpus, and makes rows that teach it to end where it went round in circles:
WORK/rollouts/RUN.npz, `rows` [n, 513] of uint16.

A sample is a prompt as `sample.py` lays it out and what the model wrote after it, loop and all. What the model wrote is context alone
(UNLEARNED), but behind each copy of the loop the target is the end of text (ENDS). Learning from one's own outputs is what undoes loops
(sequence-level training, Welleck et al. 2020, section 4); here the other thing to say is known: nothing more.

usage: rollouts.py WORK RUN [--count 4000] [--seed 1]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from checkpoint import RotatingCheckpoint
from decode import continuations
from loops import loop_ends
from model import Model, Shape
from rows import ENDS, UNLEARNED
from sample import SHORT, Sampler

PROMPT_TOKENS = (160, 288, 416)
GENERATED_TOKENS = 64
ROWS = 64


class Rollouts:
    def __init__(self, model: Model, sampler: Sampler) -> None:
        self.model, self.sampler = model, sampler
        self.made = self.looped = 0

    def prompt(self, length: int) -> list[int]:
        """The end of a sample whose prefix is cut at its far end, as completion cuts it; the cursor is anywhere in a line of its middle."""
        sampler = self.sampler
        while True:
            ids = sampler.sample(SHORT)
            if sampler.middle not in ids or ids[-1] != sampler.end:
                continue
            begin = ids.index(sampler.middle) + 1
            head, before = ids[:begin], ids[begin:-1]
            before = before[: len(before) - sampler.rng.randrange(1, 16)]
            room = length - len(head)
            if 24 <= room <= len(before):
                return [*head, *before[-room:]]

    def samples(self, length: int) -> list[list[int]]:
        """Of ROWS prompts, those after which the model loops, each with the ends where they should have been."""
        prompts = [self.prompt(length) for _ in range(ROWS)]
        written = continuations(self.model, torch.tensor(prompts), GENERATED_TOKENS).tolist()
        self.made += ROWS
        found = []
        for prompt, ids in zip(prompts, written):
            if self.sampler.end in ids:
                continue
            pieces = [self.sampler.tokenizer.decode([id]) for id in ids]
            # Behind the last piece before an end comes the id that should have been the end of text.
            starts = np.cumsum([0, *map(len, pieces)])
            ends = {int(np.searchsorted(starts, end)) for end in loop_ends("".join(pieces))} - {len(ids)}
            if ends:
                found.append([*prompt, *(id | (ENDS if index in ends else UNLEARNED) for index, id in enumerate(ids))])
        self.looped += len(found)
        return found


def packed(samples: list[list[int]], end: int) -> np.ndarray:
    """[n, 513]: samples end to end, one that does not fit beginning the next row; what is left over is not learned."""
    rows: list[list[int]] = [[]]
    for sample in samples:
        if len(sample) > SHORT + 1:
            continue
        if len(rows[-1]) + len(sample) > SHORT + 1:
            rows.append([])
        rows[-1] += sample
    return np.array([row + [end | UNLEARNED] * (SHORT + 1 - len(row)) for row in rows], dtype=np.uint16)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("run")
    arguments.add_argument("--count", type=int, default=4000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    # The products are small: a second thread waits more than it helps.
    torch.set_num_threads(1)
    state = RotatingCheckpoint(options.work / "runs" / options.run).newest()
    model = Model(Shape(**state["shape"]))
    model.load_state_dict(state["weights"])
    rollouts = Rollouts(model, Sampler(options.work / "corpus", seed=1_000_000 + options.seed))
    samples: list[list[int]] = []
    while rollouts.made < options.count:
        samples += rollouts.samples(rollouts.sampler.rng.choice(PROMPT_TOKENS))
    rollouts.sampler.rng.shuffle(samples)
    rows = packed(samples, rollouts.sampler.end)
    target = options.work / "rollouts" / f"{options.run}.npz"
    target.parent.mkdir(exist_ok=True)
    aside = target.with_suffix(".partial.npz")
    np.savez(aside, rows=rows)
    aside.rename(target)
    print(f"{rollouts.looped} of {rollouts.made} loop; {len(rows)} rows")


if __name__ == "__main__":
    main()
