"""Cursor positions in the held-out packages, for `check:base-model`: gzipped JSON lines {language, package, licence, prefix, rest, suffix}.

A position is inside a line of code where 4 to 60 characters remain: after its indentation, or between any two characters of it.
A language has the same number of positions whatever its share of the held-out text, and a package at most half of them.

usage: positions.py WORK OUT.jsonl.gz [--each 30]
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter
from pathlib import Path

from sample import MIX, Corpus
from sources import Package, held_out

PREFIX_CHARACTERS, SUFFIX_CHARACTERS = 5000, 2000
REST = range(4, 61)
COMMENT = re.compile(r"\s*(//|#|\*|/\*|\"\"\"|'''|<!--)")


def positions(corpus: Corpus, names: list[str], licences: dict[str, str], language: str, each: int, rng: random.Random) -> list[dict]:
    found: list[dict] = []
    used: Counter[str] = Counter()
    for _ in range(each * 200):
        if len(found) == each:
            break
        index, text = corpus.at_random(rng)
        package = names[int(corpus.packages[index])]
        cursor = cursor_in(text, rng)
        if package not in licences or cursor is None or used[package] >= max(1, each // 2):
            continue
        used[package] += 1
        end = text.find("\n", cursor)
        start = max(0, cursor - PREFIX_CHARACTERS)
        # A cut prefix begins with a line.
        start = text.find("\n", start) + 1 if start else 0
        found.append({
            "language": language, "package": package, "licence": licences[package],
            "prefix": text[start:cursor], "rest": text[cursor:end].rstrip(), "suffix": text[end : end + SUFFIX_CHARACTERS],
        })  # fmt: skip
    return found


def cursor_in(text: str, rng: random.Random) -> int | None:
    """An offset in a random line of code, not in the first ten lines."""
    start = text.rfind("\n", 0, rng.randrange(len(text))) + 1
    end = text.find("\n", start)
    line = text[start:end] if end > 0 else ""
    if not line.strip() or COMMENT.match(line) or text.count("\n", 0, start) < 10:
        return None
    indentation = len(line) - len(line.lstrip())
    column = indentation if rng.random() < 0.3 else rng.randrange(indentation, len(line))
    return start + column if len(line.rstrip()) - column in REST else None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--each", type=int, default=30)
    options = arguments.parse_args()
    folder = options.work / "held-out"
    names = json.loads((folder / "packages.json").read_text())
    rows = map(json.loads, (options.work / "cleaned.jsonl").read_text().splitlines())
    measured = {Package(*key).slug for key in held_out("measure")}
    licences = {slug: row["licence"] for row in rows if (slug := Package(row["ecosystem"], row["name"]).slug) in measured}
    rng = random.Random(2)
    found = []
    for language in MIX:
        if (folder / f"{language}.text").stat().st_size:
            found += positions(Corpus.open(folder, language), names, licences, language, options.each, rng)
    with gzip.GzipFile(options.out, "wb", mtime=0) as out:
        out.write("".join(json.dumps(row) + "\n" for row in found).encode())
    print(Counter(row["language"] for row in found), Counter(row["package"] for row in found))


if __name__ == "__main__":
    main()
