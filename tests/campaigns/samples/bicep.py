"""Reads the samples of github.com/Azure/bicep-types-az: the specifications' examples, written as Bicep."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMIT = "1f896de2db966ad91e8f7d7d981e11d32e4f5d8d"  # 2026-08-20
_SAMPLE = re.compile(r"^([^\n]*)\n```bicep\n(.*?)\n```", re.MULTILINE | re.DOTALL)
_RESOURCE = re.compile(r"resource \w+ '([^@]+)@([^']+)' = ")
_TOKEN = re.compile(r"'''(?:.|\n)*?'''|'(?:\\.|[^'\\])*'|[{}\[\]:]|-?\d+(?:\.\d+)?(?=\s|$)|[^\s{}\[\]:]+|\n")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "'": "'", "\\": "\\", "$": "$"}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Sample:
    """One example: the type, its API version, a title and the body as ARM takes it."""

    kind: str
    version: str
    title: str
    name: str
    body: dict[str, Any]


def samples(directory: Path) -> Iterator[Sample]:
    """Every sample of the clone's commit.

    Raises:
        subprocess.CalledProcessError: the folder is not a clone.
    """

    def git(*arguments: str, text: str = "") -> str:
        process = subprocess.run(
            ["git", "-C", str(directory), *arguments], input=text, capture_output=True, text=True, check=True
        )
        return process.stdout

    rows = [line.split() for line in git("ls-tree", "-r", COMMIT, "generated").splitlines()]
    blobs = "\n".join(row[2] for row in rows if row[3].endswith("/samples.md"))
    for title, code in _SAMPLE.findall(git("cat-file", "--batch", text=blobs)):
        head = _RESOURCE.match(code)
        if head:
            body = parse(code[head.end() :])
            name = str(body.pop("name", ""))
            body.pop("parent", None)
            body.pop("scope", None)
            yield Sample(head[1], head[2], title, name, body)


def parse(text: str) -> dict[str, Any]:
    """A Bicep object of literals."""
    tokens = [token for token in _TOKEN.findall(text) if token != "\n"]
    value, _ = _value(tokens, 0)
    assert isinstance(value, dict)
    return value


def _value(tokens: list[str], at: int) -> tuple[Any, int]:
    token = tokens[at]
    if token == "{":
        result: dict[str, Any] = {}
        at += 1
        while tokens[at] != "}":
            key = _string(tokens[at]) if tokens[at].startswith("'") else tokens[at]
            assert tokens[at + 1] == ":", tokens[at - 3 : at + 4]
            result[key], at = _value(tokens, at + 2)
        return result, at + 1
    if token == "[":
        items: list[Any] = []
        at += 1
        while tokens[at] != "]":
            item, at = _value(tokens, at)
            items.append(item)
        return items, at + 1
    if token.startswith("'"):
        return _string(token), at + 1
    if re.fullmatch(r"-?\d+", token):
        return int(token), at + 1
    if re.fullmatch(r"-?\d+\.\d+", token):
        return float(token), at + 1
    return _WORDS.get(token, token), at + 1


def _string(token: str) -> str:
    if token.startswith("'''"):
        return token[3:-3].removeprefix("\n")
    return re.sub(r"\\(u\{[0-9a-fA-F]+\}|.)", _unescaped, token[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[2:-1], 16)) if code.startswith("u{") else _ESCAPES.get(code, code)
