"""The packages the corpus is made of, and the archives fetched for each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).parent
ECOSYSTEMS = ("npm", "pypi", "debian", "debian-source")


@dataclass(frozen=True)
class Package:
    ecosystem: str
    name: str

    @property
    def slug(self) -> str:
        """A name that is safe as a file name, `@scope/name` included."""
        return f"{self.ecosystem}--{self.name.replace('/', '+')}"


@dataclass(frozen=True)
class Fetched:
    """What came of one package: its archives, or the reason there are none."""

    ecosystem: str
    name: str
    archives: tuple[str, ...]
    error: str | None


def listed(ecosystem: str) -> list[Package]:
    names = (HERE / "sources" / f"{ecosystem}.txt").read_text().split()
    return [Package(ecosystem, name) for name in names]


def held_out(use: str | None = None) -> set[tuple[str, str]]:
    """Packages kept out of training, or those of them with one use (`measure`, `tests`)."""
    rows = [row.split() for row in (HERE / "held-out-packages.txt").read_text().splitlines() if row and not row.startswith("#")]
    return {(ecosystem, name) for ecosystem, name, its_use in rows if use in (None, its_use)}


def read_fetched(work: Path) -> dict[tuple[str, str], Fetched]:
    ledger = work / "fetched.jsonl"
    if not ledger.exists():
        return {}
    rows = (json.loads(line) for line in ledger.read_text().splitlines())
    return {(row["ecosystem"], row["name"]): Fetched(**{**row, "archives": tuple(row["archives"])}) for row in rows}


def append_fetched(work: Path, entry: Fetched) -> None:
    with (work / "fetched.jsonl").open("a") as ledger:
        ledger.write(json.dumps(asdict(entry)) + "\n")
