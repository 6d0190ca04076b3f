"""Turns every fetched package into a shard of clean, permissively licensed files, and records its licence. Run again to go on.

usage: clean.py WORK [--processes N] [--held-out]
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import licences
from archives import entries
from languages import language_of
from quality import cleaned
from sources import Package, held_out, read_fetched

ROOT_FILE = re.compile(r"^[^/]*/?[^/]+$")


def shard_path(work: Path, package: Package) -> Path:
    return work / "clean" / f"{package.slug}.jsonl.z"


def wanted(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return (
        language_of(path) is not None
        or name in ("METADATA", "package.json", "copyright")
        or (path.count("/") <= 1 and licences.LICENCE_FILE.match(name) is not None)
    )


def licence_of(package: Package, notes: dict[str, str]) -> str | None:
    """The licence, read from the package's own statement first, its licence file otherwise."""
    for path, text in notes.items():
        name = path.rsplit("/", 1)[-1]
        if package.ecosystem == "npm" and path == "package/package.json":
            return licences.from_npm(text)
        if package.ecosystem == "pypi" and name == "METADATA" and (stated := licences.from_wheel(text)):
            return stated
        if package.ecosystem.startswith("debian") and name == "copyright" and (stated := licences.from_debian_copyright(text)):
            return stated
    return next((known for text in notes.values() if (known := licences.from_text(text))), None)


def clean_package(work: Path, package: Package, archive_names: tuple[str, ...]) -> dict:
    notes: dict[str, str] = {}
    files: list[dict] = []
    for name in archive_names:
        archive = work / "archives" / package.slug / name
        try:
            for path, content in entries(archive, wanted):
                language = language_of(path)
                if language is None:
                    notes[path] = content.decode("utf-8", "replace")
                elif (text := cleaned(path, content)) is not None:
                    files.append({"language": language, "path": path, "text": text})
        except Exception as problem:  # a damaged archive costs its package, not the run
            notes[f"problem {name}"] = str(problem)
    licence = licence_of(package, notes)
    permissive = licence is not None and licences.is_permissive(licence)
    if permissive:
        files = [file for file in prefer_sources(files)]
        lines = "\n".join(json.dumps(file) for file in files)
        target = shard_path(work, package)
        aside = target.with_suffix(".partial")
        aside.write_bytes(zlib.compress(lines.encode(), 3))
        aside.rename(target)
    sizes = Counter()
    for file in files if permissive else ():
        sizes[file["language"]] += len(file["text"])
    return {"ecosystem": package.ecosystem, "name": package.name, "archives": archive_names, "licence": licence, "permissive": permissive, "bytes": sizes}


def prefer_sources(files: list[dict]) -> list[dict]:
    """Where a package ships its TypeScript, its JavaScript is mostly the compiled twin."""
    typed = sum(file["language"] in ("typescript", "tsx") for file in files)
    return [file for file in files if file["language"] != "javascript"] if typed > 10 else files


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--held-out", action="store_true", help="the held-out packages alone")
    options = arguments.parse_args()
    (options.work / "clean").mkdir(exist_ok=True)
    ledger = options.work / "cleaned.jsonl"
    known = {(row["ecosystem"], row["name"]) for row in map(json.loads, ledger.read_text().splitlines())} if ledger.exists() else set()
    todo = [f for key, f in read_fetched(options.work).items() if f.archives and key not in known]
    apart = held_out()
    if options.held_out:
        todo = [f for f in todo if (f.ecosystem, f.name) in apart]
    with ProcessPoolExecutor(options.processes) as pool, ledger.open("a") as out:
        jobs = [pool.submit(clean_package, options.work, Package(f.ecosystem, f.name), f.archives) for f in todo]
        for count, job in enumerate(jobs, 1):
            row = job.result()
            out.write(json.dumps(row) + "\n")
            out.flush()
            print(f"{count}/{len(todo)} {row['ecosystem']} {row['name']} {row['licence']} {sum(row['bytes'].values()) / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main()
