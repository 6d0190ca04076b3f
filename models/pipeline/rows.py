"""Batches as a function of the step alone, so that a resumed run sees what the uninterrupted one would have."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

# 12 rows of 512 and one of 2048: 8,192 tokens a step, a quarter of them in long rows.
SHORT_ROWS, LONG_ROWS = 12, 1
HELD_OUT_SHARD = 0
# Of the short rows of a step, those from `rollouts.py` where a run has them.
ROLLOUT_ROWS = 4
# On an id: context alone, its loss does not count.
UNLEARNED = 1 << 15
# On an id: what stands before it should have ended there, so the target is the end of text; the text goes on with the id all the same.
ENDS = 1 << 14


class Rows:
    def __init__(self, folder: Path, rollouts: Path | None = None) -> None:
        self.folder = folder
        self.rollouts = np.load(rollouts)["rows"] if rollouts else None
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

    def batch(self, step: int) -> list[np.ndarray]:
        number, offset = divmod(step, self.steps_a_shard)
        shard = self.shard(number + 1)
        short = shard["short"][offset * SHORT_ROWS : (offset + 1) * SHORT_ROWS]
        if self.rollouts is not None:
            own = self.rollouts[np.arange(step * ROLLOUT_ROWS, (step + 1) * ROLLOUT_ROWS) % len(self.rollouts)]
            short = np.concatenate([own, short[ROLLOUT_ROWS:]])
        return [
            short,
            shard["long"][offset * LONG_ROWS : (offset + 1) * LONG_ROWS],
        ]

    def held_out(self) -> list[np.ndarray]:
        shard = self.shard(HELD_OUT_SHARD)
        return [shard["short"][start : start + SHORT_ROWS] for start in range(0, 8 * SHORT_ROWS, SHORT_ROWS)]
