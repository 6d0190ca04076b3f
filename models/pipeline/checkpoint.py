"""Two checkpoints in turn: whatever moment a run is killed at, one of them is whole."""

from __future__ import annotations

import os
from pathlib import Path

import torch


class RotatingCheckpoint:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, state: dict, name: str | None = None) -> None:
        """Written aside, synced, renamed. Without a name, the older of the two is replaced."""
        slots = [self.folder / f"checkpoint-{slot}.pt" for slot in "ab"]
        target = self.folder / name if name else min(slots, key=lambda slot: slot.stat().st_mtime_ns if slot.exists() else 0)
        aside = target.with_suffix(".partial")
        with aside.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(target)

    def newest(self) -> dict | None:
        slots = sorted(self.folder.glob("checkpoint-?.pt"), key=lambda slot: slot.stat().st_mtime_ns, reverse=True)
        return torch.load(slots[0], map_location="cpu", weights_only=True) if slots else None
