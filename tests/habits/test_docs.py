"""Documentation stays true: links, commands, options, make targets, modules and paths that it names exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
from typer.core import TyperGroup

from roastery.cli.main import build
from roastery.errors import EXIT_CODES

ROOT = Path(__file__).resolve().parents[2]
GIT = shutil.which("git") or "git"
LISTING = subprocess.run(
    [GIT, "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
)
FILES = frozenset(name for name in LISTING.stdout.splitlines() if (ROOT / name).exists())
ROOMS = frozenset(name.partition("/")[0] for name in FILES if "/" in name)
PAGES = sorted(name for name in FILES if name.endswith(".md"))
CURRENT = [name for name in PAGES if name != "CHANGELOG.md"]
"""Pages that describe the present; the changelog also names what was."""

FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`]+)`")
ROAST = re.compile(r"(?:^|[\s;&|])(?:\.venv/bin/)?roast +([^;&#\n]+)", re.MULTILINE)
PATTERN = re.compile(r"[\w./*-]+")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code(page: str) -> Iterator[str]:
    """Code blocks and code spans of a page; a span that is broken over two lines is one line."""
    text = read(page)
    for block in FENCE.findall(text):
        yield "\n".join(block.splitlines()[1:-1]).replace("\\\n", " ")
    for span in SPAN.findall(FENCE.sub("", text)):
        yield " ".join(span.split())


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    plain = [re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: str) -> None:
    broken: list[str] = []
    for link in LINK.findall(FENCE.sub("", read(page))):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        name = target.resolve().relative_to(ROOT).as_posix()
        if not target.exists() or (anchor and anchor not in anchors(name)):
            broken.append(link)
    assert broken == []


def problem(words: list[str]) -> str:
    """What is wrong with the words after `roast`; empty if they are a command that is shown in the help."""
    command: Any = build()
    path = ["roast"]
    for word in words:
        if word == "--" or not re.match(r"-{0,2}[a-z]", word):
            return ""  # what follows is an argument
        if word.startswith("-"):
            options = {name for parameter in command.params for name in parameter.opts}
            if word.partition("=")[0] not in options | {"--help", "-h"}:
                return f"{word} is not an option of {' '.join(path)}"
        elif isinstance(command, TyperGroup):
            listed = command.commands.get(word)
            if listed is None or listed.hidden:
                return f"{word} is not a command of {' '.join(path)}"
            command = command.get_command(typer.Context(command), word)
            path.append(word)
    return ""


def calls(page: str) -> Iterator[list[str]]:
    """The words after `roast` in every call on a page; `a|b` stands for two calls."""
    for text in code(page):
        for call in ROAST.findall(text):
            words = re.sub(r"(\s)\|\s.*", r"\1", call).split()
            first, *others = words or [""]
            for alternative in first.split("|"):
                yield [alternative, *others]


@pytest.mark.parametrize("page", CURRENT)
def test_every_roast_command_exists_and_has_the_options_that_are_named(page: str) -> None:
    assert [(words, message) for words in calls(page) if (message := problem(words))] == []


@pytest.mark.parametrize("page", CURRENT)
def test_every_make_target_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+)(?: [a-z -]+)?:", read("Makefile"), re.MULTILINE)) | {"stack-up"}
    named = {
        target
        for text in code(page)
        for call in re.findall(r"(?:^|\s)make ((?:[a-z-]+ ?)+)", text)
        for target in call.split()
    }
    assert named - targets == set()


@pytest.mark.parametrize("page", CURRENT)
def test_every_python_module_that_is_run_exists(page: str) -> None:
    modules = {name for text in code(page) for name in re.findall(r"python -m ([a-z_.]*\w)", text)}
    assert [name for name in modules if find_spec(name) is None] == []


def paths(page: str) -> Iterator[str]:
    """Code spans that look like a path of the repository: they begin with one of its folders."""
    for span in SPAN.findall(FENCE.sub("", read(page))):
        if PATTERN.fullmatch(span) and "/" in span and span.partition("/")[0] in ROOMS:
            yield span


@pytest.mark.parametrize("page", CURRENT)
def test_every_path_of_the_repository_exists(page: str) -> None:
    assert [path for path in paths(page) if not any(ROOT.glob(path.rstrip("/")))] == []


def test_the_page_of_exit_codes_has_the_table_of_the_commands() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", read("docs/exit-codes.md"), re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == EXIT_CODES


def test_the_checks_find_what_they_are_for() -> None:
    assert problem(["run", "--data", "sales.csv"]) == ""
    assert problem(["policy", "check", "--stack", "prod"]) == ""
    assert problem(["nothing"]) == "nothing is not a command of roast"
    assert problem(["policy", "check", "--nothing"]) == "--nothing is not an option of roast policy check"
    assert problem(["run", "--nothing"]) == "--nothing is not an option of roast run"
    assert problem(["data", "nothing"]) == "nothing is not a command of roast data"
    assert list(paths("CONTRIBUTING.md"))
    assert "everyday-commands" in anchors("CONTRIBUTING.md")
