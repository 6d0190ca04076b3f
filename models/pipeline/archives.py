"""Walks the files of an npm, wheel or Debian archive without writing them to disk."""

from __future__ import annotations

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

Entry = tuple[str, bytes]
MAX_FILE_BYTES = 200_000


def entries(archive: Path, wanted) -> Iterator[Entry]:
    """Yields (path, content) of the regular files whose path `wanted` accepts, none larger than MAX_FILE_BYTES."""
    name = archive.name
    if name.endswith((".whl", ".zip")):
        yield from _zip(archive, wanted)
    elif name.endswith(".deb"):
        tar = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=True).stdout
        yield from _tar(tarfile.open(fileobj=io.BytesIO(tar)), wanted)
    elif ".tar." in name or name.endswith(".tgz"):
        # A stream: the index of a large archive is never held.
        yield from _tar(tarfile.open(archive, mode="r|*"), wanted)


def _zip(archive: Path, wanted) -> Iterator[Entry]:
    with zipfile.ZipFile(archive) as opened:
        for item in opened.infolist():
            if not item.is_dir() and item.file_size <= MAX_FILE_BYTES and wanted(item.filename):
                yield item.filename, opened.read(item)


def _tar(opened: tarfile.TarFile, wanted) -> Iterator[Entry]:
    with opened:
        for member in opened:
            if member.isfile() and member.size <= MAX_FILE_BYTES and wanted(member.name):
                content = opened.extractfile(member)
                if content is not None:
                    yield member.name, content.read()
