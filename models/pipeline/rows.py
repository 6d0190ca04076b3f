"""Batches as a function of the step alone, so that a resumed run sees what the uninterrupted one would have."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

# 12 rows of 512 and one of 2048: 8,192 tokens a step, a quarter of them in long rows.
SHORT_ROWS, LONG_ROWS = 12, 1
HELD_OUT_SHARD = 0


class Rows:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
        return [
            shard["short"][offset * SHORT_ROWS : (offset + 1) * SHORT_ROWS],
            shard["long"][offset * LONG_ROWS : (offset + 1) * LONG_ROWS],
        ]

    def held_out(self) -> list[np.ndarray]:
        shard = self.shard(HELD_OUT_SHARD)
        return [shard["short"][start : start + SHORT_ROWS] for start in range(0, 8 * SHORT_ROWS, SHORT_ROWS)]
