"""`make security`: runs every scanner on stacks of the sandbox and on the repository."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from roastery import targets
from roastery.errors import RoasteryError
from roastery.files import write
from roastery.scans import audit, checkov, manifests, secrets, suppressions
from roastery.scans.format import format_page, format_table
from roastery.scans.model import ScanError, ScanOutcome
from roastery.targets import Target


def main() -> int:
    """Exit code 0: clean; 1: open findings or unused suppressions; 2: a scanner can't be run."""
    parser = argparse.ArgumentParser(prog="python -m roastery.scans", description=__doc__)
    parser.add_argument(
        "--stack", action="append", required=True, help="a stack that is deployed in the sandbox"
    )
    parser.add_argument(
        "--uv", type=Path, default=Path(".tools", "bin", "uv"), help="the uv that audits uv.lock"
    )
    parser.add_argument("--markdown", type=Path, help="also write the findings here, as a page")
    arguments = parser.parse_args()
    try:
        target = targets.find()
        root = target.root
        known = suppressions.load(root / suppressions.FILE)
        outcomes = [outcome for stack in arguments.stack for outcome in scan_stack(target, stack)]
        outcomes.append(secrets.scan(root, root, secrets.tracked(root)))
        outcomes.append(audit.scan(root, root / arguments.uv))
        report = suppressions.apply_suppressions(outcomes, known)
        if arguments.markdown:
            write(arguments.markdown, format_page(report, known))
    except RoasteryError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the error message of this command
        return error.exit_code
    print(format_table(report))  # noqa: T201 - the output of this command
    return 0 if report.clean else 1


def scan_stack(target: Target, stack: str) -> Iterator[ScanOutcome]:
    """Every scan of one stack in the sandbox."""
    with tempfile.TemporaryDirectory(prefix="roast-security-") as name:
        template, cluster = Path(name, "arm"), Path(name, "kubernetes")
        target.export_files(stack, "arm", template)
        yield checkov.scan(target.root, template, "arm", stack)
        export = target.export_files(stack, "kubernetes", cluster)
        if not export.out:
            raise ScanError(f"stack {stack}: {export.note}")
        exported = manifests.load_manifests(cluster / "manifests")
        workloads = manifests.derive_workloads(target, exported)
        yield manifests.check_schemas(target, exported, stack)
        yield manifests.check_pods(workloads, stack)
        both = Path(name, "both")  # so that Checkov sees which network policies apply to a pod
        shutil.copytree(cluster / "manifests", both)
        manifests.write_workloads(workloads, both / "pods")
        yield checkov.scan(target.root, both, "kubernetes", stack)


if __name__ == "__main__":
    sys.exit(main())
