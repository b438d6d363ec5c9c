"""`python -m azsandbox.cases FOLDER`: judges the cases of a folder and lists those that it gets wrong."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from azsandbox.cases.judge import CaseResult, judge
from azsandbox.cases.load import load, load_folder
from azsandbox.cases.model import Case, Expectation
from azsandbox.errors import SandboxError
from azsandbox.services import all_types


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.cases", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="files or folders of cases")
    parser.add_argument("--only", default="", help="only cases whose name contains this text")
    parser.add_argument("--all", action="store_true", help="list what it gets right too")
    options = parser.parse_args()
    try:
        cases = [
            case for path in options.paths for case in (load_folder(path) if path.is_dir() else load(path))
        ]
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    types = all_types()
    selected = [case for case in cases if options.only in case.name]
    results = [(case, judge(case, types, number)) for number, case in enumerate(selected, 1)]
    for case, outcome in results:
        if options.all or not outcome.agrees(case):
            print(line(case, outcome))  # noqa: T201 - the command's output
    print(summary(results))  # noqa: T201 - the command's output
    return 0 if all(outcome.agrees(case) for case, outcome in results) else 1


def line(case: Case, outcome: CaseResult) -> str:
    """One case and what the sandbox did with it."""
    state = "ok   " if outcome.agrees(case) else "WRONG"
    where = f" at {outcome.at}" if outcome.at and outcome.at != case.at else ""
    message = outcome.message or "; ".join([*outcome.missing(case), *outcome.warnings])
    verdict = f"{case.expect.value}, sandbox: {outcome.verdict.value}{where}"
    return f"{state} {case.file} {case.name}: {verdict} {message}"


def summary(results: list[tuple[Case, CaseResult]]) -> str:
    """How many of the refused and of the accepted cases are right, and how many refusals a preview shows."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case, outcome in results:
        kind = "refused" if case.expect is Expectation.REFUSED else "accepted"
        total[kind] += 1
        right[kind] += outcome.agrees(case)
        total["in preview"] += kind == "refused" and outcome.agrees(case)
        right["in preview"] += kind == "refused" and outcome.agrees(case) and outcome.preview
    return ", ".join(
        f"{kind} {right[kind]} of {total[kind]}" for kind in ("refused", "accepted", "in preview")
    )


if __name__ == "__main__":
    sys.exit(main())
