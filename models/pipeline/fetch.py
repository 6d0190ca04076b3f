"""Downloads the listed packages by their registries' own clients, a few at a time. Run again to go on where it stopped.

usage: fetch.py WORK [--only npm|pypi|debian|debian-source] [--retry]
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sources import ECOSYSTEMS, Fetched, Package, append_fetched, listed, read_fetched

CONCURRENT = 6
TIMEOUT_S = 240
# A package larger than this adds its ecosystem's bulk, not variety.
MAX_ARCHIVE_BYTES = 160 << 20


def apt_configuration(work: Path) -> Path:
    """apt state of our own with source packages enabled, so the machine's stays as it is."""
    root = work / "apt"
    for part in ("lists/partial", "archives/partial", "sources"):
        (root / part).mkdir(parents=True, exist_ok=True)
    for entry in Path("/etc/apt/sources.list.d").glob("*.sources"):
        (root / "sources" / entry.name).write_text(entry.read_text().replace("Types: deb\n", "Types: deb deb-src\n"))
    configuration = root / "apt.conf"
    configuration.write_text(
        f'Dir::State::lists "{root}/lists";\nDir::Cache "{root}";\n'
        f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{root}/sources";\nAPT::Sandbox::User "root";\n'
    )
    subprocess.run(["apt-get", "update", "-qq"], env={**os.environ, "APT_CONFIG": str(configuration)}, check=True)
    return configuration


def command(package: Package, folder: Path) -> list[str]:
    match package.ecosystem:
        case "npm":
            return ["npm", "pack", "--silent", "--ignore-scripts", package.name]
        case "pypi":
            # Wheels hold the sources too, and nothing of a wheel runs while it is downloaded.
            return [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", package.name]
        case "debian":
            return ["apt-get", "download", "-qq", package.name]
        case "debian-source":
            return ["apt-get", "source", "-qq", "--download-only", package.name]
    raise ValueError(package.ecosystem)


def fetch(package: Package, archives: Path, environment: dict[str, str]) -> Fetched:
    folder = archives / package.slug
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(command(package, folder), cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S)
        problem = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    except subprocess.TimeoutExpired:
        problem = [f"took over {TIMEOUT_S} s"]
    files = []
    for file in sorted(folder.iterdir()):
        if not file.is_file() or file.suffix == ".partial":
            continue
        if file.stat().st_size > MAX_ARCHIVE_BYTES:
            problem = [f"{file.name} is larger than {MAX_ARCHIVE_BYTES >> 20} MiB"]
            file.unlink()
        else:
            files.append(file.name)
    # Of a source package the upstream archive alone is enough; mirrors do not keep every packaging file.
    usable = any(not name.endswith((".dsc", ".asc")) for name in files)
    return Fetched(package.ecosystem, package.name, tuple(files) if usable else (), None if usable else "; ".join(problem) or "nothing came")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("--only", choices=ECOSYSTEMS)
    arguments.add_argument("--retry", action="store_true", help="also what failed before")
    options = arguments.parse_args()
    archives = options.work / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "APT_CONFIG": str(apt_configuration(options.work))}
    known = read_fetched(options.work)
    wanted = [package for ecosystem in ([options.only] if options.only else ECOSYSTEMS) for package in listed(ecosystem)]
    wanted = [p for p in wanted if (p.ecosystem, p.name) not in known or (options.retry and known[p.ecosystem, p.name].error)]
    # Every registry's packages in turn, so that a run cut short still has every language.
    random.Random(0).shuffle(wanted)
    with ThreadPoolExecutor(CONCURRENT) as pool:
        for count, entry in enumerate(pool.map(lambda package: fetch(package, archives, environment), wanted), 1):
            append_fetched(options.work, entry)
            print(f"{count}/{len(wanted)} {entry.ecosystem} {entry.name}: {entry.error or len(entry.archives)}", flush=True)


if __name__ == "__main__":
    main()
