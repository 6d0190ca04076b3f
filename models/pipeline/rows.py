"""Batches as a function of the step alone, so that a resumed run sees what the uninterrupted one would have."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vocabulary import special_ids

# 4 rows of 512 and 6 of 1024: 8,192 tokens a step, three quarters of them in long rows.
SHORT_ROWS, LONG_ROWS = 4, 6
HELD_OUT_SHARD = 0
# Steps of the held-out shard that are measured.
HELD_OUT_STEPS = 6
# A target that does not count: context alone.
UNLEARNED = (1 << 16) - 1
# Set in a target that should not follow.
UNWANTED = 1 << 15


@dataclass(frozen=True)
class Batch:
    """ids and the target behind each of them, [rows, tokens] of uint16; `deciding` marks the targets that decide whether the text ends,
    `middle` those of a middle."""

    ids: np.ndarray
    targets: np.ndarray
    deciding: np.ndarray
    middle: np.ndarray

    @classmethod
    def following(cls, rows: np.ndarray, end: int, marker: int) -> Batch:
        """Of rows [n, tokens + 1] in which every id's target is the next. The id before an end decides too: `;` or `;` with a line break."""
        ends = rows == end
        deciding = ends[:, 1:] | np.pad(ends[:, 2:], ((0, 0), (0, 1)))
        return cls(rows[:, :-1], rows[:, 1:], deciding, last_seen(rows == marker)[:, :-1] > last_seen(ends)[:, :-1])


def last_seen(marks: np.ndarray) -> np.ndarray:
    """Column of the last mark at or before each, -1 for none."""
    return np.maximum.accumulate(np.where(marks, np.arange(marks.shape[1]), -1), axis=1)


class Rows:
    def __init__(self, folder: Path, rollouts: Sequence[Path] = (), rollout_every: int = 2) -> None:
        self.folder, self.rollout_every = folder, rollout_every
        self.end, self.middle = (special_ids()[f"<|{name}|>"] for name in ("endoftext", "fim_middle"))
        self.rollouts: Batch | None = None
        if rollouts:
            files = [np.load(path) for path in rollouts]
            ids, targets = (np.concatenate([file[name] for file in files]) for name in ("ids", "targets"))
            learned = targets != UNLEARNED
            self.rollouts = Batch(ids, targets, learned, learned)
        self.open_shard: tuple[int, dict[str, np.ndarray]] | None = None
        self.steps_a_shard = len(self.shard(HELD_OUT_SHARD)["long"]) // LONG_ROWS

    def shard(self, number: int) -> dict[str, np.ndarray]:
        """Waits for a shard that is still being sampled."""
        if self.open_shard is None or self.open_shard[0] != number:
            path = self.folder / f"{number:05d}.npz"
            while not path.exists():
                print(f"waiting for {path}", flush=True)
                time.sleep(10)
            with np.load(path) as arrays:
                self.open_shard = (number, {name: arrays[name] for name in arrays})
        return self.open_shard[1]

    def batch(self, step: int) -> list[Batch]:
        """Of every `rollout_every`th step a row from `rollouts.py` takes the short rows' place."""
        number, offset = divmod(step, self.steps_a_shard)
        short, long = self.cut(number + 1, offset)
        if self.rollouts is None or step % self.rollout_every:
            return [short, long]
        one = step // self.rollout_every % len(self.rollouts.ids)
        return [long, Batch(*(array[one : one + 1] for array in vars(self.rollouts).values()))]

    def held_out(self) -> list[Batch]:
        return [batch for offset in range(HELD_OUT_STEPS) for batch in self.cut(HELD_OUT_SHARD, offset)]

    def cut(self, number: int, offset: int) -> list[Batch]:
        """The short and the long rows of one step."""
        shard = self.shard(number)
        rows = (shard[name][offset * count : (offset + 1) * count] for name, count in (("short", SHORT_ROWS), ("long", LONG_ROWS)))
        return [Batch.following(one, self.end, self.middle) for one in rows]
