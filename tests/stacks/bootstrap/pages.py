"""The command lines of a page: its fenced blocks of the language console, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(\w*)$")
_COMMENT = re.compile(r"\s{2,}# .*$")


@dataclass(frozen=True)
class PageLine:
    """A command, as a reader types it, and the heading that it is below."""

    heading: str
    text: str


def console_lines(page: str) -> Iterator[PageLine]:
    """Comments at the end of a line are for the reader, and left out."""
    heading, language = "", None
    for line in page.splitlines():
        if match := _BLOCK.match(line):
            language = match[1] if language is None else None
        elif language is None and line.startswith("#"):
            heading = line.lstrip("# ")
        elif language == "console" and line.strip():
            yield PageLine(heading, _COMMENT.sub("", line).strip())


def with_names(line: str, names: Mapping[str, str]) -> str:
    """The line with the reader's names for the words in capitals; `STACK=` of make is none."""
    words = "|".join(sorted(names, key=len, reverse=True))
    return re.sub(rf"\b({words})\b(?!=)", lambda match: names[match[1]], line)
