"""Runs the checks: each by itself, so that one that fails leaves the others alone."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from roastery import targets
from roastery.azure.http import Http
from roastery.doctor import stack_file
from roastery.doctor.catalogue import AZURE, MACHINE, SIGN_IN
from roastery.doctor.examination import Examination
from roastery.doctor.model import Check, Line, Needs, Status, error, warning
from roastery.errors import RoasteryError
from roastery.jobs.client import replaced_environment
from roastery.stack_file import StackFileError

LOCAL = "local"
TARGETS = (LOCAL, targets.SANDBOX, targets.AZURE)
_FAILED = 1


def examine(checks: Sequence[Check], examination: Examination) -> Iterator[Line]:
    """A line or more of each check, as soon as it has run; checks that lack the sign-in share a line."""
    left_out: list[Check] = []
    signed_in = True
    for check in checks:
        if check.needs is Needs.SIGN_IN and not signed_in:
            left_out.append(check)
            continue
        lines = list(_lines(check, examination))
        yield from lines
        if check is SIGN_IN:
            signed_in = all(line.finding.status is not Status.ERROR for line in lines)
    if left_out:
        names = ", ".join(check.id for check in left_out)
        yield Line(
            check="not-checked",
            finding=warning(
                f"not checked, because ARM did not answer: {names}", "put the sign-in right first"
            ),
        )


def _lines(check: Check, examination: Examination) -> Iterator[Line]:
    try:
        for finding in check.probe(examination):
            yield Line(check=check.id, finding=finding)
    except RoasteryError as problem:
        yield Line(check=check.id, finding=error(problem.message, problem.hint, problem.exit_code))


def exit_code(lines: Sequence[Line]) -> int:
    """0 without an error; the code that all errors share; else 1."""
    codes = {line.finding.code for line in lines if line.finding.status is Status.ERROR}
    return 0 if not codes else codes.pop() if len(codes) == 1 else _FAILED


@contextmanager
def opened(target: str, root: Path, stack: str | None) -> Generator[tuple[Sequence[Check], Examination]]:
    """The checks of a target, and what they share, while the block lasts.

    Args:
        target: `local` examines this machine; `azure` the subscription with the sign-in of this environment;
            any other target likewise, in a session of its own.
        root: the project's folder.
        stack: its short name; `local` needs none.

    Raises:
        StackFileError: the stack file is missing or wrong.
        NoTargetError: the target is not installed.
    """
    if target == LOCAL:
        settings = stack_file.read(root, stack) if stack else None
        yield MACHINE, Examination(root, Http(_no_credential), "", settings)
        return
    if stack is None:
        raise StackFileError(f"--target {target} needs a stack", "name one with --stack")
    settings = stack_file.read(root, stack)
    if target == targets.AZURE:
        tenant = settings.text("tenant")
        yield AZURE, Examination(root, Http(default_credential, tenant), tenant, settings)
        return
    offline = targets.find(target, root)
    with offline.session() as environment, replaced_environment(environment):
        # A session has a tenant of its own, which the stack file can't know.
        tenant = os.environ.get("AZURE_TENANT_ID") or settings.text("tenant")
        yield AZURE, Examination(root, Http(default_credential, tenant), tenant, settings)


def default_credential() -> Any:
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - a second to import

    return DefaultAzureCredential()


def _no_credential() -> Any:
    raise StackFileError("this check needs no sign-in")
