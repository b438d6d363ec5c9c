"""`make apiserver`: the objects of a stack against a real API server; exit code 1 if it minds any."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from azsandbox.errors import SandboxError
from azsandbox.export.run import export
from azsandbox.kubernetes.apiserver import build, pin
from azsandbox.kubernetes.apiserver.apply import Report, apply_all, install_types
from azsandbox.kubernetes.apiserver.server import running
from azsandbox.paths import Project


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.kubernetes.apiserver", description=__doc__)
    parser.add_argument("--stack", required=True, help="a stack that is deployed in the sandbox")
    stack = str(parser.parse_args().stack)
    try:
        return _test(stack)
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - the user's one line
        return 130


def _test(stack: str) -> int:
    with tempfile.TemporaryDirectory(prefix="roast-export-") as name:
        out = Path(name) / "export"
        done = export(Project.find(), stack, "kubernetes", out)
        if not done.out:
            raise SandboxError(f"stack {stack}: {done.note}")
        tools = build.ensure(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
        with running(tools) as api:
            types = install_types(api, tools.types)
            print(f"Kubernetes {pin.KUBERNETES} serves, with {types} custom types")  # noqa: T201 - the answer
            report = apply_all(api, out / "manifests")
    _tell(report)
    return 0 if report.good else 1


def _tell(report: Report) -> None:
    lines = [f"{len(report.accepted)} objects accepted, {len(report.refused)} refused"]
    lines += [f"refused  {name}: {why}" for name, why in report.refused.items()]
    lines += [f"warning  {name}: {text}" for name, texts in report.warned.items() for text in texts]
    lines += [f"changed by a second apply  {name}" for name in report.changed_again]
    lines += [f"left out {name}: {why}" for name, why in report.left_out.items()]
    print("\n".join(lines))  # noqa: T201 - the answer


if __name__ == "__main__":
    sys.exit(main())
