"""One table of exit codes and one tree of errors: docs/exit-codes.md shows those of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from roastery.errors import EXIT_CODES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "exit-codes.md"
PACKAGES = {
    "platform/roastery": "roastery, the product",
    "ml": "ml, the model",
    "platform/azsandbox": "azsandbox, the offline subscription",
}


@dataclass(frozen=True, kw_only=True)
class ErrorClass:
    """A class of errors: its own exit code, None if it inherits one, and the first line of its docstring."""

    name: str
    bases: tuple[str, ...]
    code: int | None
    summary: str


def defined(folder: Path) -> Iterator[ErrorClass]:
    """All classes of a package."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
                codes = [
                    statement.value.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    and ast.unparse(statement.targets[0]) == "exit_code"
                    and isinstance(statement.value, ast.Constant)
                ]
                code = int(str(codes[0])) if codes else None
                summary = (ast.get_docstring(node) or "").partition("\n")[0]
                yield ErrorClass(name=node.name, bases=bases, code=code, summary=summary)


def errors(folder: Path) -> dict[str, ErrorClass]:
    """The classes with an exit code, their own or an inherited one, by name."""
    classes = {item.name: item for item in defined(folder)}

    def has_code(item: ErrorClass) -> bool:
        if item.code is not None:
            return True
        return any(has_code(classes[base]) for base in item.bases if base in classes)

    return {name: item for name, item in classes.items() if has_code(item)}


def exit_code(item: ErrorClass, classes: dict[str, ErrorClass]) -> int:
    if item.code is not None:
        return item.code
    return next(exit_code(classes[base], classes) for base in item.bases if base in classes)


def tree(classes: dict[str, ErrorClass]) -> Iterator[str]:
    """The classes as lines, each below its base."""

    def children(parent: str) -> list[ErrorClass]:
        return sorted((item for item in classes.values() if parent in item.bases), key=lambda item: item.name)

    def lines(item: ErrorClass, prefix: str, indent: str) -> Iterator[tuple[str, ErrorClass]]:
        yield f"{prefix}{item.name}", item
        below = children(item.name)
        for child in below:
            last = child is below[-1]
            yield from lines(
                child, f"{indent}{'└── ' if last else '├── '}", indent + ("    " if last else "│   ")
            )

    roots = [item for item in classes.values() if not set(item.bases) & classes.keys()]
    rows = [row for root in sorted(roots, key=lambda item: item.name) for row in lines(root, "", "")]
    width = max(len(text) for text, _ in rows)
    for text, item in rows:
        yield f"{text:<{width}}  {exit_code(item, classes):>2}  {item.summary}".rstrip()


def generated(page: str) -> str:
    """The page with table and tree as the code has them."""
    table = "\n".join(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    page = re.sub(r"(\|---\|---\|\n)(\|.*\n)*", lambda match: f"{match[1]}{table}\n", page)
    trees = "\n\n".join(
        "\n".join([f"{title}", *tree(errors(ROOT / folder))]) for folder, title in PACKAGES.items()
    )
    return re.sub(r"```\n(.*\n)*?```\n", lambda _: f"```\n{trees}\n```\n", page)


def test_the_page_shows_the_codes_and_the_errors_of_the_code(request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page := generated(page), encoding="utf-8")
    assert page == generated(page), "pytest --update-golden tests/habits/test_exit_codes.py writes it anew"


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_error_has_a_code_of_the_table(folder: str) -> None:
    classes = errors(ROOT / folder)
    assert len(classes) >= 5
    assert {
        name: exit_code(item, classes)
        for name, item in classes.items()
        if exit_code(item, classes) not in EXIT_CODES
    } == {}


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_error_is_named_as_one(folder: str) -> None:
    assert [name for name in errors(ROOT / folder) if not name.endswith("Error")] == []
