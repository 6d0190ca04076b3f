"""Writes the list of what the corpus was made from: package, archives, licence as read, bytes of clean text a language.

usage: card.py WORK OUT.tsv
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sources import held_out


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("out", type=Path)
    options = arguments.parse_args()
    apart = held_out()
    rows = [json.loads(line) for line in (options.work / "cleaned.jsonl").read_text().splitlines()]
    lines = ["ecosystem\tpackage\tuse\tlicence\tarchive\tkilobytes by language before de-duplication"]
    for row in sorted(rows, key=lambda row: (row["ecosystem"], row["name"])):
        if not row["permissive"] or not row["bytes"]:
            continue
        use = "held out" if (row["ecosystem"], row["name"]) in apart else "training"
        sizes = ", ".join(f"{language} {round(size / 1000)}" for language, size in sorted(row["bytes"].items()))
        archive = next(name for name in row["archives"] if not name.endswith((".dsc", ".asc")))
        lines.append("\t".join((row["ecosystem"], row["name"], use, " ".join(row["licence"].split()), archive, sizes)))
    options.out.write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 1} packages")


if __name__ == "__main__":
    main()
