"""Reads a package's licence from the package itself, and says whether it is permissive."""

from __future__ import annotations

import json
import re

PERMISSIVE_NAMES = re.compile(
    r"^(0BSD|AFL|Apache|Artistic-2|BlueOak|BSD|BSL|Boost|CC0|curl|Expat|FTL|Go$|ICU|ISC|MIT|MIT-0|NCSA|OpenSSL|PHP|PostgreSQL|PSF|Python|"
    r"public[- ]domain|Ruby|TCL|Unicode|Unlicense|UPL|WTFPL|X11|Zlib|libpng)",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b(A?L?GPL|GNU (Affero|Lesser|Library|General)|MPL|Mozilla Public|EPL|Eclipse Public|CDDL|CC-BY-SA|EUPL|SSPL|BUSL|Elastic)", re.IGNORECASE)
# A phrase that only the licence's own text has.
TEXTS = (
    ("Apache-2.0", re.compile(r"Apache License,?\s+(?:Version\s+2\.0|v2)", re.IGNORECASE)),
    ("MIT", re.compile(r"Permission is hereby granted, free of charge, to any\s+person obtaining")),
    ("ISC", re.compile(r"Permission to use, copy, modify,? and(?:/or)? distribute this software for any")),
    ("BSD", re.compile(r"Redistribution and use in source and binary forms")),
    ("Zlib", re.compile(r"This software is provided 'as-is', without any express or implied")),
    ("PostgreSQL", re.compile(r"Permission to use, copy, modify, and distribute this software and its\s+documentation")),
    ("BSL-1.0", re.compile(r"Boost Software License")),
    ("Unlicense", re.compile(r"This is free and unencumbered software released into the public domain")),
    ("PSF", re.compile(r"PYTHON SOFTWARE FOUNDATION LICENSE")),
)
LICENCE_FILE = re.compile(r"^(LICEN[CS]E|COPYING|COPYRIGHT|MIT-LICENSE|UNLICENSE|NOTICE)([-._].*)?$", re.IGNORECASE)


def is_permissive(expression: str) -> bool:
    """Whether a licence expression allows a permissive reading: one arm of an OR is enough, every arm of an AND must be."""
    arms = re.split(r"\s+or\s+|\s*\|\s*|/", expression.strip("() "), flags=re.IGNORECASE)
    return any(all(PERMISSIVE_NAMES.match(part.strip("() ")) for part in re.split(r"\s+and\s+|,", arm, flags=re.IGNORECASE)) for arm in arms)


def from_npm(package_json: str) -> str | None:
    try:
        licence = json.loads(package_json).get("license")
    except (ValueError, AttributeError):
        return None
    return licence.get("type") if isinstance(licence, dict) else licence if isinstance(licence, str) else None


def from_wheel(metadata: str) -> str | None:
    head = metadata.split("\n\n", 1)[0]
    for pattern in (r"^License-Expression: (.+)$", r"^Classifier: License :: OSI Approved :: (.+)$", r"^License: (.{2,60})$"):
        found = re.findall(pattern, head, re.MULTILINE)
        if found:
            return " AND ".join(name.replace(" License", "").replace("Apache Software", "Apache-2.0") for name in found)
    return None


def from_debian_copyright(text: str) -> str | None:
    """Licence of `Files: *` in a machine-readable debian/copyright."""
    stanza = re.search(r"^Files:\s*\*.*?(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    found = stanza and re.search(r"^License:\s*(.+)$", stanza.group(), re.MULTILINE)
    return found.group(1).strip() if found else None


def from_text(text: str) -> str | None:
    """Recognizes the full text of a permissive licence. Copyleft text beside it makes the answer None."""
    if COPYLEFT.search(text):
        return None
    return next((name for name, pattern in TEXTS if pattern.search(text)), None)


def header_allows(head: str) -> bool:
    """Whether the head of a file names no copyleft licence of its own."""
    return not COPYLEFT.search(head)
