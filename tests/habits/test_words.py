"""The field's own terms: words that were coined here once stay out of code, messages and documents."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIT = shutil.which("git") or "git"

TERMS = {
    "bury": "soft-delete",
    "buried": "soft-deleted",
    "clock": "schedule",
    "clocks": "schedules",
    "door": "public access, private endpoint",
    "doors": "public access, private endpoint",
    "face": "API server",
    "fences": "network policies",
    "hole": "path parameter",
    "holes": "path parameters",
    "kept": "cached",
    "look": "lag features, check",
    "said": "message",
    "strike": "inject (a fault)",
    "surroundings": "runtime context",
    "tell": "report",
    "told": "message",
    "unbury": "release (a name)",
}
"""Coined word → the term; no identifier contains the word as one of its parts."""

NO_NOUNS = frozenset({"done", "found", "given", "gone", "held", "made", "one", "ones", "place", "thing"})
"""Names that say nothing about the thing: no variable, argument or attribute is called so."""

PHRASES = {
    r"\b(?<!here )(is|are) no (?!longer\b|more\b)[a-z]": "is not a ...",
    r"\blooks? for drift\b": "drift check",
    r"\btold to end\b": "terminated",
    r"\(mended\)": "what was changed",
    r"\bsecond (face|opinions?)\b": "API server, scanner findings",
}

EXEMPT = (
    "CHANGELOG.md",
    "docs/decisions/0018",  # names the words in order to replace them
    "tests/habits/test_words.py",
)


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        [GIT, "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [Path(name) for name in listing.stdout.splitlines()]
    return [file for file in files if (ROOT / file).is_file() and not str(file).startswith(EXEMPT)]


def identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that a module defines: variables, arguments, attributes, functions, classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def parts(identifier: str) -> list[str]:
    """`_publicDoors` → public, doors."""
    return re.findall(r"[a-z]+|[A-Z][a-z]*", identifier.replace("_", " "))


@pytest.mark.parametrize("file", tracked("*.py"), ids=str)
def test_names_are_the_fields_terms(file: Path) -> None:
    wrong: list[str] = []
    for line, identifier in identifiers(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if identifier.startswith("test_"):  # a sentence
            continue
        words = {part.lower() for part in parts(identifier)}
        wrong += [f"{line}: {identifier}: say {TERMS[word]}" for word in sorted(words & TERMS.keys())]
        if identifier.strip("_") in NO_NOUNS:
            wrong.append(f"{line}: {identifier}: say what it is")
    assert wrong == []


@pytest.mark.parametrize("file", tracked("*.py", "*.md", "*.yaml", "*.yml", "*.j2"), ids=str)
def test_texts_are_plain_english(file: Path) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    wrong = [
        f"{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}: say {term}"
        for pattern, term in PHRASES.items()
        for match in re.finditer(pattern, text)
    ]
    assert wrong == []


@pytest.mark.parametrize("folders", [("platform/azsandbox",), ("platform/roastery", "ml", "stacks")])
def test_a_class_name_means_one_thing(folders: tuple[str, ...]) -> None:
    """Within a distribution; private classes of a module are its own business."""
    defined: dict[str, list[str]] = defaultdict(list)
    for file in tracked(*(f"{folder}/*.py" for folder in folders)):
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(str(file))
    assert {name: files for name, files in defined.items() if len(files) > 1} == {}


def test_the_check_finds_what_it_is_for() -> None:
    tree = ast.parse("def _strike(place):\n    public_doors = [one for one in place]\n")
    names = {identifier for _, identifier in identifiers(tree)}
    assert names == {"_strike", "place", "public_doors", "one"}
    assert "strike" in {part.lower() for part in parts("_strike")}
    assert any(re.search(pattern, "x is no valid name") for pattern in PHRASES)
    assert not any(re.search(pattern, "there is no such file, it is no longer here") for pattern in PHRASES)
