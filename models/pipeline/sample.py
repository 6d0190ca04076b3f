"""Cuts training rows out of the corpus: WORK/rows/SHARD.npz with `short` [n, 513] and `long` [m, 1025], uint16.

Shard k is a function of the corpus and k alone. Most samples are suffix first with a marker at the start of the line above the cursor's,
`<fim_suffix> S <fim_prefix> P <fim_middle> L M <end>`, as server/prompt lays them out: the SPM order of Bavarian et al. 2022 with L, the
line above and what stands before the cursor on its own, behind the marker. L and M are one text, so nothing of M is learned right behind a
marker, and the model knows on which line it should end. M ends where people stop.

usage: sample.py WORK FIRST_SHARD COUNT   (shard 0 is cut from the held-out packages, for the trainer to measure on)
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rows import HELD_OUT_SHARD
from sources import Package, held_out
from vocabulary import special_ids, tokenizer

TOKENS_A_SHARD = 512 * 1024
SHORT, LONG = 512, 1024
# Completion fills its prompt, so most of what is learned is as long as one.
LONG_SHARE = 0.75
CHARACTERS_A_TOKEN = 3.2
# Share of samples by language: what people write most, and enough of every one.
MIX = {
    "typescript": 0.14, "tsx": 0.06, "javascript": 0.09, "python": 0.13, "go": 0.09, "rust": 0.08,
    "java": 0.09, "c": 0.05, "cpp": 0.06, "csharp": 0.07, "ruby": 0.07, "php": 0.07,
}  # fmt: skip
SUFFIX_FIRST, PREFIX_FIRST = 0.84, 0.04  # the rest is plain text
# Of the middles: how many end with the cursor's line, and how many somewhere on it with code behind them. The others are of several lines.
WHOLE_LINE, WITHIN_LINE = 0.62, 0.10
MOST_LINES = 12
CONTEXT_SHARE = 0.12
CLOSED_BY_EDITOR = re.compile(r"[)\]}'\"`;,:\s]*")  # what server/prompt leaves to the model where nothing else stands behind the cursor


@dataclass(frozen=True)
class Corpus:
    text: np.memmap
    offsets: np.ndarray
    packages: np.ndarray
    # Packages that joined the held-out list after the corpus was written.
    skipped: frozenset[int]

    @classmethod
    def open(cls, folder: Path, language: str) -> Corpus:
        names = json.loads((folder / "packages.json").read_text())
        apart = {Package(*row).slug for row in held_out()} if folder.name == "corpus" else set()
        return cls(
            np.memmap(folder / f"{language}.text", mode="r"),
            np.load(folder / f"{language}.offsets.npy"),
            np.load(folder / f"{language}.packages.npy"),
            frozenset(index for index, name in enumerate(names) if name in apart),
        )

    def document(self, index: int) -> str:
        return bytes(self.text[self.offsets[index] : self.offsets[index + 1]]).decode()

    def at_random(self, rng: random.Random) -> tuple[int, str]:
        """A document, long ones more often: every byte is equally likely."""
        while True:
            index = int(np.searchsorted(self.offsets, rng.randrange(int(self.offsets[-1])), side="right")) - 1
            if int(self.packages[index]) not in self.skipped:
                return index, self.document(index)

    def neighbour(self, index: int, rng: random.Random) -> str | None:
        """Another document of the same package, nearby."""
        other = index + rng.choice((-3, -2, -1, 1, 2, 3))
        if 0 <= other < len(self.packages) and self.packages[other] == self.packages[index]:
            return self.document(other)
        return None


def window(text: str, most: int, rng: random.Random) -> str:
    """Whole lines of the text, about `most` characters, a third of the time from the file's start."""
    if len(text) <= most:
        return text
    start = 0 if rng.random() < 0.3 else rng.randrange(len(text) - most // 2)
    start = text.rfind("\n", 0, start) + 1
    cut = text[start : start + most]
    return cut[: cut.rfind("\n") + 1] or cut


def cursor_line_and_end(text: str, rng: random.Random) -> tuple[int, int]:
    """Where a cursor's line starts, and where the middle ends: with the line, with a block (the next line is indented less), after a few
    lines, or within the line before something that no editor closes by itself."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]*\S(?=[ \t]*(?:\n|$))", text)]
    if not lines:
        return len(text), len(text)
    # Late rather than early: completion sees more before the cursor than behind it (suffix share 0.3).
    late = [index for index, (start, _) in enumerate(lines) if start > 0.4 * len(text)] if rng.random() < 0.7 else []
    index = rng.choice(late or range(len(lines)))
    start, end = lines[index]
    choice = rng.random()
    if choice < WHOLE_LINE:
        return start, end
    if choice < WHOLE_LINE + WITHIN_LINE:
        places = [at for at in range(start + 1, end) if CLOSED_BY_EDITOR.fullmatch(text[at:end]) is None]
        return start, rng.choice(places or [end])
    following = lines[index : index + MOST_LINES]
    depths = [indentation(text, begin) for begin, _ in following]
    blocks = [last for (_, last), depth, next_depth in zip(following, depths, depths[1:]) if next_depth < depth]
    return start, rng.choice(blocks[:2]) if blocks and rng.random() < 0.8 else rng.choice(following[:6])[1]


def indentation(text: str, start: int) -> int:
    line = text[start : start + 80].split("\n", 1)[0]
    return len(line) - len(line.lstrip()) if line.strip() else 1000


class Sampler:
    def __init__(self, folder: Path, seed: int) -> None:
        # A language none of whose packages has come yet joins in later shards.
        self.corpora = {language: Corpus.open(folder, language) for language in MIX if (folder / f"{language}.text").stat().st_size > 0}
        self.rng = random.Random(seed)
        self.tokenizer = tokenizer()
        special = special_ids()
        self.end, self.prefix, self.middle, self.suffix = (
            special[f"<|{name}|>"] for name in ("endoftext", "fim_prefix", "fim_middle", "fim_suffix")
        )

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids if text else []

    def sample(self, tokens: int) -> list[int]:
        """One sample of about `tokens` tokens, its end-of-text included."""
        rng = self.rng
        language = rng.choices(list(self.corpora), [MIX[language] for language in self.corpora])[0]
        corpus = self.corpora[language]
        index, document = corpus.at_random(rng)
        room = int(tokens * CHARACTERS_A_TOKEN)
        context = ""
        if rng.random() < CONTEXT_SHARE and (other := corpus.neighbour(index, rng)):
            context = window(other, int(room * rng.uniform(0.08, 0.2)), rng)
            context = context[: context.rfind("\n") + 1]
        text = window(document, room - len(context), rng)
        order = rng.random()
        if order < SUFFIX_FIRST:
            line, end = cursor_line_and_end(text, rng)
            after = text[end:]
            # A short suffix teaches as much about stopping as a long one, and leaves room for the prefix.
            after = after[: rng.choice((120, 400, 1000, 3000))]
            after = after[: after.rfind("\n") + 1] or after
            mark = text[:line].rstrip().rfind("\n") + 1
            head = [*self.ids(context), self.suffix, *self.ids(after), self.prefix, *self.ids(text[:mark]), self.middle]
            return [*head, *self.ids(text[mark:end]), self.end]
        if order < SUFFIX_FIRST + PREFIX_FIRST:
            _, end = cursor_line_and_end(text, rng)
            start = max(0, end - rng.randrange(1, 300))
            parts = (self.ids(part) for part in (text[:start], text[end:], text[start:end]))
            before, after, middle = parts
            return [*self.ids(context), self.prefix, *before, self.suffix, *after, self.middle, *middle, self.end]
        return [*self.ids(text), self.end]

    def rows(self, count: int, width: int) -> np.ndarray:
        """[count, width + 1]: samples end to end, each row beginning with a new one; the last target of a row is its last column."""
        rows = np.empty((count, width + 1), dtype=np.uint16)
        for row in rows:
            filled: list[int] = []
            while len(filled) < width + 1:
                left = width + 1 - len(filled)
                most = self.rng.choice((320, 640, LONG, LONG)) if width == LONG else self.rng.choice((120, 200, 320, 480))
                filled += self.sample(min(most, max(left, 60)))
            row[:] = filled[: width + 1]
        return rows


def shards(work: Path, first: int, count: int) -> Iterator[Path]:
    folder = work / "rows"
    folder.mkdir(exist_ok=True)
    for shard in range(first, first + count):
        target = folder / f"{shard:05d}.npz"
        if target.exists():
            continue
        sampler = Sampler(work / ("held-out" if shard == HELD_OUT_SHARD else "corpus"), seed=shard)
        long_rows = int(TOKENS_A_SHARD * LONG_SHARE / LONG)
        short_rows = (TOKENS_A_SHARD - long_rows * LONG) // SHORT
        aside = target.with_suffix(".partial.npz")
        np.savez(aside, short=sampler.rows(short_rows, SHORT), long=sampler.rows(long_rows, LONG))
        aside.rename(target)
        yield target


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("first", type=int)
    arguments.add_argument("count", type=int)
    options = arguments.parse_args()
    for shard in shards(options.work, options.first, options.count):
        print(shard, flush=True)


if __name__ == "__main__":
    main()
