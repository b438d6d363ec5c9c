"""What a preview of a whole stack costs beside what no program can avoid.

The floor is (a) importing the modules of the Azure SDK that the program uses, in a process of its own, and
(b) the preview of an empty program: engine, language host, stand-ins. The stack is previewed as nothing of it
exists, again the same way, and once more as it stands deployed. All in one run, on one machine, in turns.
The very first preview of a checkout stands apart: it makes what later ones find in `.cache`.

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
    found: set[str] = set()
    for folder in (ROOT / "stacks", ROOT / "platform" / "roastery"):
        for file in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "pulumi_azure_native":
                    found |= {alias.name for alias in node.names}
    return sorted(found)


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
    done = operate(project, operation, stack, quiet=True)
    if done.exit_code:
        raise SystemExit(f"{operation} of {stack} failed: {done.errors}")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def import_sdk(names: list[str]) -> None:
    # The SDK loads a module at the first look into it.
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
    """MiB of all child processes together at their most, sampled twenty times a second."""
    most, over = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, sum(_tree()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    return most / 2**20


def measure(stack: str, rounds: int) -> dict[str, float]:
    """Medians in seconds, memory in MiB."""
    names = modules()
    took: dict[str, list[float]] = {}

    def note(what: str, work: Callable[[], object]) -> None:
        took.setdefault(what, []).append(seconds(work))

    with tempfile.TemporaryDirectory() as temporary:
        nothing = project(Path(temporary, "empty"), empty=True)
        fresh = project(Path(temporary, "fresh"), empty=False)
        standing = project(Path(temporary, "standing"), empty=False)
        import_sdk(names)  # compiled once, and in the page cache
        run(nothing, "preview", stack)
        note("preview, the very first", lambda: run(fresh, "preview", stack))
        run(standing, "up", stack)
        for _ in range(rounds):
            note("a: import of the SDK's modules", lambda: import_sdk(names))
            note("b: preview of an empty program", lambda: run(nothing, "preview", stack))
            note("preview, first", lambda: run(fresh, "preview", stack))
            note("preview, again", lambda: run(fresh, "preview", stack))
            note("preview of the deployed stack", lambda: run(standing, "preview", stack))
        memory = peak(lambda: run(fresh, "preview", stack))
        floor = peak(lambda: import_sdk(names))
    found = {what: statistics.median(values) for what, values in took.items()}
    least = found["a: import of the SDK's modules"] + found["b: preview of an empty program"]
    return {
        **found,
        "ratio to a + b, first": found["preview, first"] / least,
        "ratio to a + b, again": found["preview, again"] / least,
        "ratio to a + b, deployed": found["preview of the deployed stack"] / least,
        "memory of a, MiB": floor,
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
