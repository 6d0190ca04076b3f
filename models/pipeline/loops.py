"""Outputs that end in circles: the first kind of loop that `bench/baseModel/loops.ts` counts."""

from __future__ import annotations

REPEATS = 4
LEAST_CHARACTERS = 24


def copies(text: str) -> list[tuple[int, int]]:
    """Where the pieces of a text stand that ends with one piece over and over: at least four times, at least 24 characters, not blank."""
    length = len(text.rstrip())
    for period in range(1, length // REPEATS + 1):
        start = length - period
        while start > 0 and text[start - 1] == text[start - 1 + period]:
            start -= 1
        if length - start >= max(REPEATS * period, LEAST_CHARACTERS):
            return [(at, at + period) for at in range(start, length - period + 1, period)]
    return []
