"""`make security`: every second opinion on stacks of the sandbox and on the repository."""

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
from roastery.scans import audit, checkov, manifests, secrets, suppressions, table
from roastery.scans.model import Outcome, SecurityError
from roastery.targets import Target


def main() -> int:
    """0: clean; 1: something is unexplained or suppressed in vain; 2: a scanner could not work."""
    parser = argparse.ArgumentParser(prog="python -m roastery.scans", description=__doc__)
    parser.add_argument("--stack", action="append", required=True, help="a stack that is up in the sandbox")
    parser.add_argument("--uv", type=Path, default=Path(".tools", "bin", "uv"), help="the uv that audits")
    parser.add_argument("--markdown", type=Path, help="also write the page for reviewers here")
    given = parser.parse_args()
    try:
        target = targets.find()
        root = target.root
        known = suppressions.load(root / suppressions.FILE)
        outcomes = [one for stack in given.stack for one in of_stack(target, stack)]
        outcomes.append(secrets.scan(root, root, secrets.tracked(root)))
        outcomes.append(audit.scan(root, root / given.uv))
        report = suppressions.judge(outcomes, known)
        if given.markdown:
            write(given.markdown, table.page(report, known))
    except RoasteryError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    print(table.text(report))  # noqa: T201 - the answer
    return 0 if report.clean else 1


def of_stack(target: Target, stack: str) -> Iterator[Outcome]:
    """Everything that is asked about one stack of the sandbox."""
    with tempfile.TemporaryDirectory(prefix="roast-security-") as name:
        template, cluster = Path(name, "arm"), Path(name, "kubernetes")
        target.export_files(stack, "arm", template)
        yield checkov.scan(target.root, template, "arm", stack)
        done = target.export_files(stack, "kubernetes", cluster)
        if not done.out:
            raise SecurityError(f"stack {stack}: {done.note}")
        found = manifests.objects(cluster / "manifests")
        made = manifests.workloads(target, found)
        yield manifests.check_schemas(target, found, stack)
        yield manifests.check_pods(made, stack)
        both = Path(name, "both")  # so that Checkov sees which network policies hold for a pod
        shutil.copytree(cluster / "manifests", both)
        manifests.write(made, both / "pods")
        yield checkov.scan(target.root, both, "kubernetes", stack)


if __name__ == "__main__":
    sys.exit(main())
