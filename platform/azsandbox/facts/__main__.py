"""`python -m azsandbox.facts [--from FOLDER] [TABLE…]`: reads the public sources, writes the tables anew."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.errors import OptionError, SandboxError
from azsandbox.facts import read
from azsandbox.facts.sources import Copy, copied, downloaded
from azsandbox.facts.table import FOLDER

NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(read.__path__) if module.name[0] != "_"))

_SHORT = 12  # entries of a row that stay in one line


def build(name: str, copies: Path | None, work: Path) -> dict[str, Any]:
    """One table, read from a folder of copies or from the sources themselves.

    Raises:
        FactsError: a source can't be had, or has another form than its reader knows.
    """
    module = importlib.import_module(f"{read.__name__}.{name}")
    by_repository: dict[str, Copy] = {}
    for source in module.SOURCES:
        copy = copied(source, copies) if copies else downloaded(source, work / name)
        by_repository[source.repository] = copy
    first = next(iter(by_repository.values()))
    return {
        "source": "; ".join(map(str, by_repository.values())),
        "date": first.date,
        "read by": module.__name__,
        "rows": module.rows(by_repository),
    }


def text(table: dict[str, Any]) -> str:
    """Compact and sorted, with a line for each entry of the rows: differences between two dates show."""
    head = {key: value for key, value in table.items() if key != "rows"}
    lines = json.dumps(head, sort_keys=True, ensure_ascii=False, indent=0)[1:-2].strip()
    return "{" + lines + ',\n"rows":' + _lines(table["rows"]) + "}\n"


def _lines(value: Any, depth: int = 2) -> str:
    if isinstance(value, dict) and (depth == 2 or (depth and len(value) > _SHORT)):  # noqa: PLR2004
        lines = (f"{json.dumps(key)}:{_lines(value[key], depth - 1)}" for key in sorted(value))
        return "{\n" + ",\n".join(lines) + "}"
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.facts", description=__doc__)
    parser.add_argument("--from", dest="copies", type=Path, metavar="FOLDER", help="copies: owner/name/…")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(NAMES)}; all if none")
    options = parser.parse_args(arguments)
    try:
        for name in options.tables:
            if name not in NAMES:
                raise OptionError(f"{name!r} is not a table of facts: {', '.join(NAMES)}")
        with tempfile.TemporaryDirectory() as work:
            for name in options.tables or NAMES:
                table = build(name, options.copies, Path(work))
                files.write_text(options.out / f"{name}.json", text(table), mode=files.PUBLIC)
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
