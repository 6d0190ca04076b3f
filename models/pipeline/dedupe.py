"""Joins the clean shards into one text per language without duplicates and without the held-out packages.

Writes WORK/corpus/LANGUAGE.{text,offsets.npy,packages.npy} and corpus/packages.json. The held-out packages go to WORK/held-out in the
same form; a training file that equals or nearly equals one of theirs is dropped, whichever package it came from.

usage: dedupe.py WORK [--held-out]   (with it, only the held-out packages are written)
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from languages import LANGUAGES
from sources import Package, held_out

# Files that share this many of their SKETCH smallest line hashes are the same file at another version or in another package.
SKETCH = 8
SHARED = 6
# A package with more is cut: one framework must not become a language's whole corpus.
MAX_BYTES_A_PACKAGE = 40_000_000


class Seen:
    """Near-duplicates by a bottom-k sketch of the lines (Broder 1997)."""

    def __init__(self) -> None:
        self.owners: dict[int, list[int]] = defaultdict(list)
        self.count = 0

    def add(self, text: str) -> bool:
        """Whether the text is new; a new one is remembered."""
        lines = {re.sub(r"\s+", "", line) for line in text.split("\n")}
        sketch = sorted(zlib.crc32(line.encode()) * 0x9E3779B1 & 0xFFFFFFFF for line in lines if len(line) >= 8)[:SKETCH]
        if not sketch:
            return False
        hits = Counter(owner for key in sketch for owner in self.owners.get(key, ()))
        if hits and hits.most_common(1)[0][1] >= min(SHARED, len(sketch)):
            return False
        for key in sketch:
            if len(self.owners[key]) < 40:
                self.owners[key].append(self.count)
        self.count += 1
        return True


class Writer:
    """One corpus folder: text, document offsets and the package of each document, per language."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.texts = {language: (folder / f"{language}.text.partial").open("wb") for language in LANGUAGES}
        self.offsets: dict[str, list[int]] = {language: [0] for language in LANGUAGES}
        self.packages: dict[str, list[int]] = {language: [] for language in LANGUAGES}
        self.names: list[str] = []

    def add(self, file: dict, package: int) -> None:
        language = file["language"]
        content = file["text"].encode()
        self.texts[language].write(content)
        self.offsets[language].append(self.offsets[language][-1] + len(content))
        self.packages[language].append(package)

    def close(self) -> dict[str, int]:
        for language in LANGUAGES:
            self.texts[language].close()
            np.save(self.folder / f"{language}.offsets.npy", np.array(self.offsets[language]))
            np.save(self.folder / f"{language}.packages.npy", np.array(self.packages[language], dtype=np.int32))
            (self.folder / f"{language}.text.partial").rename(self.folder / f"{language}.text")
        (self.folder / "packages.json").write_text(json.dumps(self.names))
        return {language: offsets[-1] for language, offsets in self.offsets.items()}


def files_of(work: Path, package: Package) -> Iterator[dict]:
    shard = work / "clean" / f"{package.slug}.jsonl.z"
    for line in zlib.decompress(shard.read_bytes()).decode().splitlines():
        yield json.loads(line)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--held-out", action="store_true")
    options = arguments.parse_args()
    rows = [json.loads(line) for line in (options.work / "cleaned.jsonl").read_text().splitlines()]
    packages = [Package(row["ecosystem"], row["name"]) for row in rows if row["permissive"]]
    apart = held_out()
    # Held-out packages first: a training file equal to one of theirs is then the duplicate.
    packages.sort(key=lambda p: ((p.ecosystem, p.name) not in apart, p.slug))
    if options.held_out:
        packages = [p for p in packages if (p.ecosystem, p.name) in apart]
    seen = Seen()
    writers = {"held-out": Writer(options.work / "held-out")}
    if not options.held_out:
        writers["corpus"] = Writer(options.work / "corpus")
    for package in packages:
        target = writers["held-out" if (package.ecosystem, package.name) in apart else "corpus"]
        target.names.append(package.slug)
        room = MAX_BYTES_A_PACKAGE
        for file in files_of(options.work, package):
            if room > 0 and seen.add(file["text"]):
                target.add(file, len(target.names) - 1)
                room -= len(file["text"])
    for name, writer in writers.items():
        sizes = writer.close()
        print(name, {language: round(size / 1e6, 1) for language, size in sizes.items()}, f"{sum(sizes.values()) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
