"""Lets a run's newest checkpoint complete at places of the corpus, and makes rows that teach it to end where it should have ended and not
to go round in circles before: WORK/rollouts/RUN-SEED.npz, `ids` and `targets` [n, 2048] of uint16.

A cursor stands in the last lines of a sample's middle, so it is known with which line the completion should end, whatever the model
makes of that line. Where its greedy continuation goes past this line's end, that end becomes a target, and so does every line's end behind
it: having missed the first, end at the next. What the model wrote is context alone (UNLEARNED). States come from the model, what to do
there from the data (DAgger, Ross et al. 2011, section 3.1).

A line that repeats a piece of itself has no such end. There the least probable token of every copy behind the second becomes unwanted
(unlikelihood on own sequences, Welleck et al. 2020, section 5.2): that is where the model was nearest to leaving.

usage: rollouts.py WORK RUN [--count 2000] [--seed 1]   (one core each: several seeds at a time)
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from checkpoint import RotatingCheckpoint
from decode import continuations
from loops import copies
from model import Model, Shape
from rows import UNLEARNED, UNWANTED
from sample import Sampler

# Completion fills its prompt: what is learned in short ones is forgotten in those (ends missed at 30 % of places up to 416 tokens, loops as often as before).
PROMPT_TOKENS = (288, 576, 864)
MOST_REST_TOKENS = 16
GENERATED_TOKENS = 48
MOST_COPIES = 6
# As many tokens as a step has in short rows.
ROW_TOKENS = 2048
PROMPTS = 64

Sample = tuple[list[int], list[int]]  # ids, and the target behind each


class Rollouts:
    def __init__(self, model: Model, sampler: Sampler) -> None:
        self.model, self.sampler = model, sampler
        self.pieces = [sampler.tokenizer.decode([id]) for id in range(model.shape.vocabulary)]
        self.made = self.missed = self.circled = 0

    def prompt(self, length: int) -> tuple[list[int], int]:
        """The start of a sample with a cursor in its middle, its prefix cut at its far end, as completion cuts it; how many lines it still
        should write."""
        sampler = self.sampler
        while True:
            ids = sampler.sample(int(length * 1.4))
            if sampler.middle not in ids or ids[-1] != sampler.end:
                continue
            suffix, prefix, marker = (ids.index(id) for id in (sampler.suffix, sampler.prefix, sampler.middle))
            if prefix < suffix or not self.pieces[ids[suffix + 1]].startswith("\n"):
                continue
            head, before, middle = ids[: prefix + 1], ids[prefix + 1 : marker], ids[marker + 1 : -1]
            # The first line behind the marker is the one above the cursor's.
            above = next((index + 1 for index, id in enumerate(middle) if "\n" in self.pieces[id]), len(middle))
            if above == len(middle):
                continue
            rest = sampler.rng.randint(1, min(MOST_REST_TOKENS, len(middle) - above))
            shown = middle[:-rest]
            room = length - len(head) - 1 - len(shown)
            if 24 <= room <= len(before):
                return [*head, *before[-room:], sampler.middle, *shown], "".join(self.pieces[id] for id in middle[-rest:]).count("\n") + 1

    def ends(self, ids: list[int], lines: int) -> list[int]:
        """Indices of the ids that end line number `lines` and those behind it."""
        breaks = [index for index, id in enumerate(ids) if "\n" in self.pieces[id]]
        counts = np.cumsum([self.pieces[ids[index]].count("\n") for index in breaks])
        return [index for index, count in zip(breaks, counts) if count >= lines]

    def circling(self, ids: list[int], probabilities: list[float]) -> list[int]:
        """Of a text that goes round in circles, the index of the least probable id of each copy behind the second."""
        starts = np.cumsum([0, *(len(self.pieces[id]) for id in ids)])
        found = []
        for begin, end in copies("".join(self.pieces[id] for id in ids))[2:MOST_COPIES]:
            inside = [index for index in range(len(ids)) if begin <= starts[index] < end]
            found += [min(inside, key=lambda index: probabilities[index])] if inside else []
        return found

    def corrected(self, id: int) -> list[int]:
        """What should have stood in an id's place: what of it lies before the line break, and the end."""
        line = self.pieces[id].split("\n", 1)[0]
        return [*(self.sampler.ids(line) if "\n" in self.pieces[id] and line.strip() else []), self.sampler.end]

    def samples(self, length: int) -> list[Sample]:
        """Of PROMPTS continuations those that miss their end or go round in circles before it."""
        prompts = [self.prompt(length) for _ in range(PROMPTS)]
        written = continuations(self.model, torch.tensor([ids for ids, _ in prompts]), GENERATED_TOKENS)
        self.made += PROMPTS
        found = []
        for (prompt, lines), ids, probabilities in zip(prompts, *(one.tolist() for one in written)):
            if self.sampler.end in ids:
                ids = ids[: ids.index(self.sampler.end)]
            ends = self.ends(ids, lines)
            before = ids[: ends[0]] if ends else ids
            if unwanted := self.circling(before, probabilities):
                self.circled += 1
                found.append(self.without(prompt, ids, unwanted))
            elif ends:
                self.missed += 1
                found.append(self.ended(prompt, ids, ends))
        return found

    def ended(self, prompt: list[int], ids: list[int], ends: list[int]) -> Sample:
        """Half of the samples stop where they should have, with the whole correction; the others show what lies behind."""
        last = ends[0] if self.sampler.rng.random() < 0.5 else self.sampler.rng.choice(ends)
        correction = self.corrected(ids[last])
        targets = [UNLEARNED] * (len(prompt) + last - 1)
        for end in ends[: ends.index(last)]:
            targets[len(prompt) + end - 1] = self.corrected(ids[end])[0]
        return [*prompt, *ids[:last], *correction], [*targets, *correction, UNLEARNED]

    def without(self, prompt: list[int], ids: list[int], unwanted: list[int]) -> Sample:
        """The text up to the last unwanted id, each of which is one as a target."""
        shown = [*prompt, *ids[: unwanted[-1] + 1]]
        targets = [UNLEARNED] * len(shown)
        for index in unwanted:
            targets[len(prompt) + index - 1] = ids[index] | UNWANTED
        return shown, targets


def packed(samples: list[Sample], fill: int) -> tuple[np.ndarray, np.ndarray]:
    """ids and targets [n, ROW_TOKENS]: samples end to end, one that does not fit beginning the next row."""
    rows: list[Sample] = [([], [])]
    for ids, targets in samples:
        if len(rows[-1][0]) + len(ids) > ROW_TOKENS:
            rows.append(([], []))
        rows[-1][0].extend(ids)
        rows[-1][1].extend(targets)

    def array(part: int, empty: int) -> np.ndarray:
        return np.array([row[part] + [empty] * (ROW_TOKENS - len(row[part])) for row in rows], dtype=np.uint16)

    return array(0, fill), array(1, UNLEARNED)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("run")
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    # The products are small: a second thread waits more than it helps.
    torch.set_num_threads(1)
    state = RotatingCheckpoint(options.work / "runs" / options.run).newest()
    model = Model(Shape(**state["shape"]))
    model.load_state_dict(state["weights"])
    rollouts = Rollouts(model, Sampler(options.work / "corpus", seed=1_000_000 + options.seed))
    samples: list[Sample] = []
    while rollouts.made < options.count:
        samples += rollouts.samples(rollouts.sampler.rng.choice(PROMPT_TOKENS))
    rollouts.sampler.rng.shuffle(samples)
    ids, targets = packed(samples, rollouts.sampler.end)
    target = options.work / "rollouts" / f"{options.run}-{options.seed}.npz"
    target.parent.mkdir(exist_ok=True)
    aside = target.with_suffix(".partial.npz")
    np.savez(aside, ids=ids, targets=targets)
    aside.rename(target)
    print(f"{rollouts.made} continuations: {rollouts.missed} miss their end, {rollouts.circled} go round in circles; {len(ids)} rows")


if __name__ == "__main__":
    main()
