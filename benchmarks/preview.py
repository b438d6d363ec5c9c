"""Compares a preview of a whole stack to the cost that no program can avoid.

The floor is (a) importing the modules of the Azure SDK that the program uses, in a process of its own, and
(b) the preview of an empty program: engine, language host, emulated services. The stack is previewed before
anything of it exists, again the same way, and once more when it is deployed; all in one run, by turns.
The very first preview of a checkout is listed separately: it writes what later ones read from `.cache`.

    python benchmarks/preview.py [--stack prod] [--rounds 3] [--json]
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from azsandbox.commands import operate
from azsandbox.paths import Project

ROOT = Path(__file__).parents[1]
GOAL = 1.25


def modules() -> list[str]:
    """The modules of azure-native that the program's files import."""
    names: set[str] = set()
    for folder in (ROOT / "stacks", ROOT / "platform" / "roastery"):
        for file in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "pulumi_azure_native":
                    names |= {alias.name for alias in node.names}
    return sorted(names)


def project(folder: Path, *, empty: bool) -> Project:
    """The program with its stack files, or a project with the same stacks and no resource."""
    folder.mkdir()
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    if empty:
        (folder / "stacks").mkdir()
        (folder / "stacks" / "__main__.py").write_text('"""Nothing."""\n')
    else:
        shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    return Project(root=folder)


def run(project: Project, operation: str, stack: str) -> None:
    outcome = operate(project, operation, stack, quiet=True)
    if outcome.exit_code:
        raise SystemExit(f"{operation} of {stack} failed: {outcome.errors}")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def import_sdk(names: list[str]) -> None:
    # The SDK loads a module when an attribute of it is first read.
    lines = "import pulumi_azure_native as sdk\n" + "\n".join(f"sdk.{name}._utilities" for name in names)
    subprocess.run([sys.executable, "-c", lines], check=True)


def _tree() -> Iterator[int]:
    """Resident bytes of this process's children, each once, shared pages counted in each."""
    for process in psutil.Process(os.getpid()).children(recursive=True):
        try:
            yield process.memory_info().rss
        except psutil.NoSuchProcess:
            continue


def peak(work: Callable[[], object]) -> float:
    """Peak memory of all child processes together in MiB, sampled twenty times a second."""
    largest, stopped = 0, threading.Event()

    def watch() -> None:
        nonlocal largest
        while not stopped.wait(0.05):
            largest = max(largest, sum(_tree()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        stopped.set()
        watcher.join()
    return largest / 2**20


def measure(stack: str, rounds: int) -> dict[str, float]:
    """Medians in seconds, memory in MiB."""
    names = modules()
    timings: dict[str, list[float]] = {}

    def record(what: str, work: Callable[[], object]) -> None:
        timings.setdefault(what, []).append(seconds(work))

    with tempfile.TemporaryDirectory() as temporary:
        empty_project = project(Path(temporary, "empty"), empty=True)
        fresh_project = project(Path(temporary, "fresh"), empty=False)
        deployed_project = project(Path(temporary, "standing"), empty=False)
        import_sdk(names)  # compiled once, and in the page cache
        run(empty_project, "preview", stack)
        record("preview, the very first", lambda: run(fresh_project, "preview", stack))
        run(deployed_project, "up", stack)
        for _ in range(rounds):
            record("a: import of the SDK's modules", lambda: import_sdk(names))
            record("b: preview of an empty program", lambda: run(empty_project, "preview", stack))
            record("preview, first", lambda: run(fresh_project, "preview", stack))
            record("preview, again", lambda: run(fresh_project, "preview", stack))
            record("preview of the deployed stack", lambda: run(deployed_project, "preview", stack))
        memory = peak(lambda: run(fresh_project, "preview", stack))
        floor_memory = peak(lambda: import_sdk(names))
    medians = {what: statistics.median(values) for what, values in timings.items()}
    floor_seconds = medians["a: import of the SDK's modules"] + medians["b: preview of an empty program"]
    return {
        **medians,
        "ratio to a + b, first": medians["preview, first"] / floor_seconds,
        "ratio to a + b, again": medians["preview, again"] / floor_seconds,
        "ratio to a + b, deployed": medians["preview of the deployed stack"] / floor_seconds,
        "memory of a, MiB": floor_memory,
        "memory of a preview, all processes, MiB": memory,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result = measure(args.stack, args.rounds)
    if args.json:
        print(json.dumps(result))
        return
    for what, value in result.items():
        print(f"{what:42}{value:8.2f}")
    print(f"goal: at most {GOAL} times a + b")


if __name__ == "__main__":
    main()
