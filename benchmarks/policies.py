"""Compares a preview of a stack with the policy pack to the same preview without it.

Both run in the sandbox on a deployed stack, by turns, so that a busy machine affects both equally.

    python benchmarks/policies.py [--stack prod] [--rounds 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from azsandbox import commands
from azsandbox.paths import Project
from azsandbox.session import session
from roastery.policies.catalogue import POLICIES

ROOT = Path(__file__).resolve().parents[1]
PACK = ["--policy-pack", str(ROOT / "platform" / "roastery" / "policies")]


def preview(project: Project, stack: str, extra: list[str]) -> tuple[float, float]:
    """Elapsed seconds and processor seconds of one preview."""
    command = ["pulumi", "preview", "--stack", stack, "--non-interactive", *extra]
    with session(project) as environment:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = subprocess.run(
            command, cwd=project.root, env=environment, capture_output=True, text=True, check=False
        )
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(process.stdout + process.stderr)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, worked


def main() -> None:
    """Measures both and prints them side by side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "")
    project = Project.find(ROOT)
    outcome = commands.operate(project, "up", args.stack, quiet=True)
    if outcome.exit_code:
        sys.exit(f"stack {args.stack} can't be deployed: {outcome.errors}")
    preview(project, args.stack, PACK)  # a warm-up: files are in memory and modules compiled
    plain, checked = [], []
    for _ in range(args.rounds):
        plain.append(preview(project, args.stack, []))
        checked.append(preview(project, args.stack, PACK))
    result = {
        "stack": args.stack,
        "resources": sum(outcome.changes.values()),
        "policies": len(POLICIES),
        "plain s": [round(took, 2) for took, _ in plain],
        "checked s": [round(took, 2) for took, _ in checked],
        "plain cpu s": [round(worked, 2) for _, worked in plain],
        "checked cpu s": [round(worked, 2) for _, worked in checked],
    }
    if args.json:
        print(json.dumps(result))
        return
    print(f"{result['policies']} policies over {result['resources']} resources of {args.stack}")
    print(f"{'':12}{'without':>10}{'with':>10}{'ratio':>8}")
    for name, part in (("seconds", 0), ("cpu seconds", 1)):
        without = statistics.median(run[part] for run in plain)
        under = statistics.median(run[part] for run in checked)
        print(f"{name:12}{without:10.2f}{under:10.2f}{under / without:7.2f}x")


if __name__ == "__main__":
    main()
