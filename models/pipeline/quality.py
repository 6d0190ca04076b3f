"""What is worth learning from: rules over one file's text."""

from __future__ import annotations

import re

from licences import header_allows

GENERATED = re.compile(r"do not (edit|modify)|@generated|auto-?generated|automatically generated|code generated|generated (by|from|code)|this file (is|was) generated", re.IGNORECASE)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30}|xox[abprs]-[0-9A-Za-z-]{10}|sk_live_[0-9a-zA-Z]{16}|AIza[0-9A-Za-z_-]{35}"
)
# Compiled twins, translations and vendored copies.
SKIPPED_PATH = re.compile(
    r"(^|/)(node_modules|vendor|vendored|_vendor|third[_-]?party|3rdparty|thirdparty|external|extern|deps|bundles?|umd|cjs|_cjs|es5|esm5|fesm\d+|amd|"
    r"locales?|i18n|lang|langs|translations|snapshots|__snapshots__|fixtures|testdata|baselines|golden|mocks?data|generated|gen|dist-test|migrations|unicode)(/|$)",
    re.IGNORECASE,
)
LICENCE_WORDS = re.compile(r"licen[cs]e|copyright|all rights reserved|spdx", re.IGNORECASE)
LEADING_COMMENT = re.compile(r"\A(?:\s*(?:/\*.*?\*/|//[^\n]*(?:\n[ \t]*//[^\n]*)*|#(?!!|include|define|if|pragma)[^\n]*(?:\n#(?!include|define|if|pragma)[^\n]*)*))", re.DOTALL)
PHP_OPENING = re.compile(r"\A(?:#![^\n]*\n)?(?:<\?php[^\n]*\n)?")


def cleaned(path: str, content: bytes) -> str | None:
    """The text to learn from, or None where the file is not worth it."""
    if SKIPPED_PATH.search(path):
        return None
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if "\0" in text or "<|" in text or SECRET.search(text) or not header_allows(text[:3000]) or GENERATED.search(text[:1000]):
        return None
    text = without_licence_header(text).strip("\n") + "\n"
    return text if is_code(text) else None


def without_licence_header(text: str) -> str:
    """Drops the licence comment at the top: thousands of copies of one text teach nothing."""
    opening = PHP_OPENING.match(text).group()
    rest = text[len(opening):]
    for _ in range(2):
        comment = LEADING_COMMENT.match(rest)
        if not comment or not LICENCE_WORDS.search(comment.group()):
            break
        rest = rest[comment.end():].lstrip("\n")
    return opening + rest


def is_code(text: str) -> bool:
    """Bounds as the usual filters for code corpora have them (BigCode: line lengths, share of letters)."""
    if not 200 <= len(text) <= 150_000:
        return False
    lines = text.split("\n")
    if max(map(len, lines)) > 400 or len(text) / len(lines) > 80:
        return False
    letters = sum(map(str.isalpha, text)) / len(text)
    digits = sum(map(str.isdigit, text)) / len(text)
    return letters >= 0.35 and digits <= 0.12
