"""What `roast sandbox` does with a stack, apart from the command line itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ProjectError, SandboxError
from azsandbox.paths import Project
from azsandbox.pulumi import stackfile
from azsandbox.pulumi.cli_wrapper import wants_debug
from azsandbox.session import session

_ALWAYS = ("--non-interactive",)
_FLAGS = {
    "up": ("--yes", "--skip-preview"),
    "preview": (),
    "refresh": ("--yes", "--skip-preview"),
    "destroy": ("--yes", "--skip-preview"),
}
_RUN_THE_PROGRAM = frozenset({"up", "preview"})  # the others work on the state alone
SAME = "same"
_ACCOUNTS = "microsoft.storage/storageaccounts"


@dataclass(kw_only=True)
class Outcome:
    """What an operation did, for machines."""

    command: str
    stack: str
    exit_code: int
    seconds: float
    changes: dict[str, int] = field(default_factory=dict)  # by operation: create, update, same, delete …
    resources: list[dict[str, str]] = field(default_factory=list)  # only what changed
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def execute(project: Project, command: Sequence[str], *, api: bool = False) -> int:
    """Run any command inside a session; its exit code. With `api` the Azure ML SDK is answered too."""
    with session(project, api=api) as environment:
        try:
            return subprocess.run(list(command), env=environment, check=False).returncode
        except FileNotFoundError as error:
            raise ProjectError(f"no such command: {command[0]}") from error


def operate(
    project: Project,
    operation: str,
    stack: str,
    extra: Sequence[str] = (),
    *,
    quiet: bool = False,
    unprotect: bool = False,
    events: list[dict[str, Any]] | None = None,
) -> Outcome:
    """One Pulumi operation on a stack; `quiet` shows nothing of Pulumi's own progress.

    `unprotect` takes the program's `protect` off everything in the state first; the engine's events are
    added to `events`.
    """
    started = time.monotonic()
    if operation == "destroy" and not unprotect:
        _refuse_protected(project, stack)
    program = operation in _RUN_THE_PROGRAM and not wants_debug(extra)
    with session(project, program=program) as environment:
        environment["PULUMI_DEBUG_COMMANDS"] = "true"  # or there is no --event-log
        log = project.sessions / Path(environment["AZSANDBOX_SESSION"]).name / "events.jsonl"
        command = [
            "pulumi",
            operation,
            "--stack",
            stack,
            *_FLAGS[operation],
            *_ALWAYS,
            "--event-log",
            str(log),
            *extra,
        ]
        if unprotect:
            _unprotect(project, stack, environment)
        shown = subprocess.DEVNULL if quiet else None
        done = subprocess.run(
            command,
            cwd=project.root,
            env=environment,
            check=False,
            stdout=shown,
            stderr=subprocess.PIPE if quiet else None,
            text=True,
        )
        seen = _events(log)
    outcome = Outcome(
        command=operation,
        stack=stack,
        exit_code=done.returncode,
        seconds=round(time.monotonic() - started, 1),
    )
    _summarize(seen, outcome)
    if events is not None:
        events += seen
    if done.returncode and not outcome.errors and quiet:
        outcome.errors = [line for line in (done.stderr or "").splitlines() if line.strip()][-3:]
    return outcome


def _refuse_protected(project: Project, stack: str) -> None:
    """Pulumi itself finds out in the middle, when much is deleted already."""
    names = [
        str(one["urn"]).rpartition("::")[2]
        for one in resources_in_state(project, stack)
        if one.get("protect")
    ]
    if names:
        raise SandboxError(
            f"stack {stack} protects {', '.join(sorted(names))}: nothing was deleted; "
            "--unprotect lifts it, here only"
        )


def _unprotect(project: Project, stack: str, environment: dict[str, str]) -> None:
    command = ["pulumi", "state", "unprotect", "--all", "--yes", "--stack", stack, *_ALWAYS]
    done = subprocess.run(
        command, cwd=project.root, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SandboxError(f"protection can't be lifted: {(done.stderr or done.stdout).strip()}")


def _events(log: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in log.read_text().splitlines() if line.strip()] if log.is_file() else []
    )


def _summarize(events: Sequence[dict[str, Any]], outcome: Outcome) -> None:
    changes: Counter[str] = Counter()
    for event in events:
        if "resourcePreEvent" in event:
            meta = event["resourcePreEvent"]["metadata"]
            if meta.get("op") != SAME:
                outcome.resources.append(
                    {"operation": str(meta["op"]), "type": str(meta["type"]), "urn": str(meta["urn"])}
                )
        elif "summaryEvent" in event:
            changes.update(event["summaryEvent"].get("resourceChanges") or {})
        elif "diagnosticEvent" in event:
            found = event["diagnosticEvent"]
            text = " ".join(str(found.get("message", "")).split())
            target = {"error": outcome.errors, "warning": outcome.warnings}.get(str(found.get("severity")))
            if target is not None and text and text not in target:
                target.append(text)
    outcome.changes = dict(changes)


def export(project: Project, stack: str) -> dict[str, Any]:
    """A stack's state as `pulumi stack export` writes it; the sandbox's secrets in it are placeholders."""
    command = ["pulumi", "stack", "export", "--stack", stack, "--show-secrets", *_ALWAYS]
    with session(project) as environment:
        done = subprocess.run(
            command, cwd=project.root, env=environment, check=False, capture_output=True, text=True
        )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SandboxError(f"the sandbox's state of {stack} can't be read: {lines[-1] if lines else '?'}")
    return json.loads(done.stdout)


def state_file(project: Project, stack: str) -> Path:
    name = stackfile.project_name(project.pulumi_yaml)
    return project.backend / ".pulumi" / "stacks" / name / f"{stack}.json"


def resources_in_state(project: Project, stack: str) -> list[dict[str, Any]]:
    """The resources of a stack as the sandbox's backend holds them; empty before the first `up`."""
    file = state_file(project, stack)
    if not file.is_file():
        return []
    content = json.loads(file.read_text())
    latest = (content.get("checkpoint") or {}).get("latest") or {}
    return list(latest.get("resources") or [])


def reset(project: Project, stack: str) -> int:
    """Forget a stack: its state, its resources in the model, what it deleted softly; how many there were."""
    gone = 0
    if project.model.is_file():
        subscription = Subscription.open(project.model)
        owned = {DEFAULT_SUBSCRIPTION, *_subscriptions(project, stack)}
        with subscription.transaction():
            for held in subscription.all():
                if _subscription_id(held.id) in owned or not held.id.startswith("/subscriptions/"):
                    subscription.remove(held.id)
                    gone += 1
                    if held.kind == _ACCOUNTS:
                        shutil.rmtree(project.blobs / held.name, ignore_errors=True)
            subscription.purge_soft_deleted(owned)
            subscription.clear_faults()
        subscription.close()
    file = state_file(project, stack)
    for one in (file, file.with_name(f"{file.name}.bak"), file.with_name(f"{file.name}.attrs")):
        one.unlink(missing_ok=True)
    for folder in ("locks", "history", "backups"):
        shutil.rmtree(
            project.backend / ".pulumi" / folder / "organization" / file.parent.name / stack,
            ignore_errors=True,
        )
        shutil.rmtree(project.backend / ".pulumi" / folder / file.parent.name / stack, ignore_errors=True)
    for copy in project.stacks.glob(f"*/Pulumi.{stack}.yaml*"):
        copy.unlink()
    return gone


def _subscription_id(identifier: str) -> str:
    parts = ids.subscription_of(identifier).split("/")
    return parts[-1].lower()


def _subscriptions(project: Project, stack: str) -> set[str]:
    """The subscription ids that a stack's resources and settings name."""
    found = {_subscription_id(str(one.get("id", ""))) for one in resources_in_state(project, stack)}
    source = project.root / f"Pulumi.{stack}.yaml"
    if source.is_file():
        found.add(stackfile.setting(source, "azure-native:subscriptionId") or "")
    return {one for one in found if one}
