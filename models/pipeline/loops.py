"""Outputs that go round in circles, as `bench/baseModel/loops.ts` counts them, and where each of them could have ended."""

from __future__ import annotations

from collections import Counter

REPEATS = 4
LEAST_CHARACTERS = 24
LEAST_LINE = 6


def loop_ends(text: str) -> list[int]:
    """Offsets at which a text that loops should have ended: behind each copy, at its line's end where it has one. Empty without a loop."""
    return ends_of_period(text) or ends_of_line(text)


def ends_of_period(text: str) -> list[int]:
    """The end of the text is one piece over and over: at least four times, at least 24 characters, not blank."""
    length = len(text.rstrip())
    for period in range(1, length // REPEATS + 1):
        start = length - period
        while start > 0 and text[start - 1] == text[start - 1 + period]:
            start -= 1
        if length - start >= max(REPEATS * period, LEAST_CHARACTERS):
            # What stands before the loop can end as its copies do, so that it seems to start early: the first line's end counts.
            line_end = text.find("\n", start, start + period)
            return list(range((start if line_end < 0 else line_end) + period, len(text), period))
    return []


def ends_of_line(text: str) -> list[int]:
    """A line of at least six characters stands in it four times."""
    lines = text.split("\n")
    often, count = Counter(line.strip() for line in lines).most_common(1)[0] if lines else ("", 0)
    if count < REPEATS or len(often) < LEAST_LINE:
        return []
    ends, at = [], 0
    for line in lines:
        at += len(line) + 1
        if line.strip() == often and at <= len(text):
            ends.append(at - 1)
    return ends
