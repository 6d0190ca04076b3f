"""Which file is in which language, the twelve that mining knows."""

from __future__ import annotations

from pathlib import PurePosixPath

BY_SUFFIX = {
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".py": "python", ".go": "go", ".rs": "rust", ".java": "java",
    ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".hh": "cpp", ".hxx": "cpp",
    ".cs": "csharp", ".rb": "ruby", ".php": "php",
}  # fmt: skip
LANGUAGES = tuple(dict.fromkeys(BY_SUFFIX.values()))


def language_of(path: str) -> str | None:
    if path.endswith((".d.ts", ".d.mts", ".d.cts")) or ".min." in path:
        return None
    return BY_SUFFIX.get(PurePosixPath(path).suffix)
