"""Outputs that go round in circles, as `bench/baseModel/loops.ts` counts them, and where they should have ended."""

from __future__ import annotations

from collections import Counter

REPEATS = 4
LEAST_CHARACTERS = 24
LEAST_LINE = 6


def kept_of_loop(text: str, copies: int) -> str | None:
    """What is left of `text` when at most `copies` copies of its loop stay, ended at a line's end where it can be; None without a loop."""
    return of_period(text, copies) or of_line(text, copies)


def of_period(text: str, copies: int) -> str | None:
    """The end of the text is one piece over and over: at least four times, at least 24 characters, not blank."""
    text = text.rstrip()
    for period in range(1, len(text) // REPEATS + 1):
        start = len(text) - period
        while start > 0 and text[start - 1] == text[start - 1 + period]:
            start -= 1
        if len(text) - start >= max(REPEATS * period, LEAST_CHARACTERS):
            end = start + copies * period
            # The loop seems to start early where what stands before it ends alike: a line's end a little later is meant.
            line_end = text.find("\n", end, end + 1 + period // 3)
            if line_end < 0:
                line_end = text.rfind("\n", max(0, end - period), end)
            return text[:end] if line_end < 0 else text[:line_end].rstrip()
    return None


def of_line(text: str, copies: int) -> str | None:
    """A line of at least six characters stands in it four times."""
    lines = text.rstrip().split("\n")
    counts = Counter(line.strip() for line in lines)
    for index, line in enumerate(lines):
        if len(line.strip()) < LEAST_LINE or counts[line.strip()] < REPEATS:
            continue
        places = [at for at in range(index, len(lines)) if lines[at].strip() == line.strip()]
        return "\n".join(lines[: places[copies - 1] + 1]).rstrip()
    return None
