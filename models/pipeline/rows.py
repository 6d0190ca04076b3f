"""Batches as a function of the step alone, so that a resumed run sees what the uninterrupted one would have."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vocabulary import special_ids

# 12 rows of 512 and one of 2048: 8,192 tokens a step, a quarter of them in long rows.
SHORT_ROWS, LONG_ROWS = 12, 1
HELD_OUT_SHARD = 0
# Where a run has rows from `rollouts.py`, one of 2048 takes the place of four short ones in every other step.
SHORT_ROWS_A_ROLLOUT, ROLLOUT_EVERY_STEPS = 4, 2
# A target that does not count: context alone.
UNLEARNED = (1 << 16) - 1
# Set in a target that should not follow.
UNWANTED = 1 << 15


@dataclass(frozen=True)
class Batch:
    """ids and the target behind each of them, [rows, tokens] of uint16; `deciding` marks the targets that decide whether the text ends."""

    ids: np.ndarray
    targets: np.ndarray
    deciding: np.ndarray

    @classmethod
    def following(cls, rows: np.ndarray, end: int) -> Batch:
        """Of rows [n, tokens + 1] in which every id's target is the next. The id before an end decides too: `;` or `;` with a line break."""
        ends = rows == end
        return cls(rows[:, :-1], rows[:, 1:], ends[:, 1:] | np.pad(ends[:, 2:], ((0, 0), (0, 1))))


class Rows:
    def __init__(self, folder: Path, rollouts: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.end = special_ids()["<|endoftext|>"]
        self.rollouts: Batch | None = None
        if rollouts:
            files = [np.load(path) for path in rollouts]
            ids, targets = (np.concatenate([file[name] for file in files]) for name in ("ids", "targets"))
            self.rollouts = Batch(ids, targets, targets != UNLEARNED)
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
        number, offset = divmod(step, self.steps_a_shard)
        shard = self.shard(number + 1)
        short = shard["short"][offset * SHORT_ROWS : (offset + 1) * SHORT_ROWS]
        long = Batch.following(shard["long"][offset * LONG_ROWS : (offset + 1) * LONG_ROWS], self.end)
        if self.rollouts is None or step % ROLLOUT_EVERY_STEPS:
            return [Batch.following(short, self.end), long]
        one = step // ROLLOUT_EVERY_STEPS % len(self.rollouts.ids)
        own = Batch(*(array[one : one + 1] for array in vars(self.rollouts).values()))
        return [Batch.following(short[SHORT_ROWS_A_ROLLOUT:], self.end), long, own]

    def held_out(self) -> list[Batch]:
        short = self.shard(HELD_OUT_SHARD)["short"]
        return [Batch.following(short[start : start + SHORT_ROWS], self.end) for start in range(0, 8 * SHORT_ROWS, SHORT_ROWS)]
