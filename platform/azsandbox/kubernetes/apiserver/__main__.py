"""`make apiserver`: applies the objects of a stack to a real API server; exit code 1 if it objects to any."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from azsandbox.errors import SandboxError
from azsandbox.export.run import export
from azsandbox.kubernetes.apiserver import build, definitions
from azsandbox.kubernetes.apiserver.apply import ApplyReport, apply_all, install_definitions
from azsandbox.kubernetes.apiserver.server import running
from azsandbox.paths import Project


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.kubernetes.apiserver", description=__doc__)
    parser.add_argument("--stack", required=True, help="a stack that is deployed in the sandbox")
    stack = str(parser.parse_args().stack)
    try:
        return _apply_stack(stack)
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - the user's one line
        return 130


def _apply_stack(stack: str) -> int:
    with tempfile.TemporaryDirectory(prefix="roast-export-") as name:
        out = Path(name) / "export"
        result = export(Project.find(), stack, "kubernetes", out)
        if not result.out:
            raise SandboxError(f"stack {stack}: {result.note}")
        tools = build.ensure(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
        with running(tools) as api:
            count = install_definitions(api, definitions.all_files(tools.definitions))
            print(f"Kubernetes {tools.version} ({tools.origin}) is ready, with {count} definitions of types")  # noqa: T201
            report = apply_all(api, out / "manifests")
    print_report(report)
    return 0 if report.good else 1


def print_report(report: ApplyReport) -> None:
    """One line per refusal, warning, and change by the second apply."""
    lines = [f"{len(report.accepted)} objects accepted, {len(report.refused)} refused"]
    lines += [f"refused  {name}: {reason}" for name, reason in report.refused.items()]
    lines += [f"warning  {name}: {text}" for name, texts in report.warned.items() for text in texts]
    lines += [f"changed by a second apply  {name}" for name in report.changed_again]
    print("\n".join(lines))  # noqa: T201 - the command's output


if __name__ == "__main__":
    sys.exit(main())
