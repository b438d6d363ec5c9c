"""The operations behind the command line: run, operate, export and reset a stack."""

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

from azsandbox import processes
from azsandbox.access import deployer
from azsandbox.arm import ids
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import OptionError, ProjectError, SandboxError
from azsandbox.kubernetes.apiserver import control_planes
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
_WITH_EVENTS = {"PULUMI_DEBUG_COMMANDS": "true"}  # enables --event-log
_WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
_RUN_THE_PROGRAM = frozenset({"up", "preview"})  # the others work on the state alone
SAME = "same"
READ = "read"
_ACCOUNTS = "microsoft.storage/storageaccounts"


@dataclass(kw_only=True)
class Outcome:
    """The result of one operation, as `--json` prints it."""

    command: str
    stack: str
    exit_code: int
    seconds: float
    deployer: str = ""  # who deployed, with the roles from outside of the subscription
    changes: dict[str, int] = field(default_factory=dict)  # by operation: create, update, same, delete …
    resources: list[dict[str, str]] = field(default_factory=list)  # only what changed
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whom a session's command signs in as."""

    account: str = ""  # a service account, or a user-assigned identity; empty for the deployer
    stack: str = ""  # of the service account

    def of(self, project: Project) -> str:
        """The account as a session takes it: a service account with the subscription of the stack's file."""
        source = project.root / f"Pulumi.{self.stack}.yaml"
        if "/" not in self.account or not source.is_file():
            return self.account
        subscription = stackfile.setting(source, "azure-native:subscriptionId") or DEFAULT_SUBSCRIPTION
        return f"{self.account}@{subscription}"


_DEPLOYER = Caller()


def execute(
    project: Project,
    command: Sequence[str],
    *,
    api: bool = False,
    kubernetes: str | None = None,
    caller: Caller = _DEPLOYER,
    official: bool = False,
) -> int:
    """Run a command in a session; returns its exit code.

    Args:
        project: the project's folders.
        command: with its arguments.
        api: add the API server for the Azure SDKs.
        kubernetes: what judges the objects of clusters, as for a session.
        caller: whom the command signs in as.
        official: Pulumi runs the official azure-native provider on the API.

    Raises:
        OptionError: a caller is named, and no API is there to ask who it is.
    """
    if caller.account and not api:
        raise OptionError("--as needs --api: nothing else asks who the command is")
    who = caller.of(project)
    with session(project, api=api, kubernetes=kubernetes, account=who, official=official) as environment:
        try:
            return subprocess.run(list(command), env=environment, check=False).returncode
        except FileNotFoundError as error:
            raise ProjectError(f"command not found: {command[0]}") from error


def operate(
    project: Project,
    operation: str,
    stack: str,
    extra: Sequence[str] = (),
    *,
    quiet: bool = False,
    unprotect: bool = False,
    events: list[dict[str, Any]] | None = None,
    kubernetes: str | None = None,
    checkpoints: bool = True,
) -> Outcome:
    """Run one Pulumi operation on a stack.

    Args:
        project: the project's folders.
        operation: `up`, `preview`, `refresh` or `destroy`.
        stack: the stack's short name.
        extra: further flags for Pulumi.
        quiet: hide Pulumi's own progress.
        unprotect: remove `protect` from all resources in the state first.
        events: the engine's events are appended here.
        kubernetes: what judges the objects of clusters, as for a session.
        checkpoints: write the state after each step; without them, only at the end: faster with a thousand
            resources, but an operation that is killed leaves none.

    Raises:
        SandboxError: the stack protects resources that `destroy` would delete, or the session does not start.
    """
    started = time.monotonic()
    if operation == "destroy" and not unprotect:
        _refuse_protected(project, stack)
    program = operation in _RUN_THE_PROGRAM and not wants_debug(extra)
    # As in a pipeline, where a sign-in to the registry comes first.
    with session(project, program=program, kubernetes=kubernetes, signed_in=True) as environment:
        if unprotect:
            _unprotect(project, stack, environment)
        log = project.sessions / Path(environment["AZSANDBOX_SESSION"]).name / "events.jsonl"
        command = ["pulumi", operation, "--stack", stack, *_FLAGS[operation], *_ALWAYS]
        process = processes.attend(
            [*command, "--event-log", str(log), *extra],
            cwd=project.root,
            env={**environment, **({} if checkpoints else _WITHOUT_CHECKPOINTS), **_WITH_EVENTS},
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.PIPE if quiet else None,
        )
        engine_events = _events(log)
    outcome = Outcome(
        command=operation,
        stack=stack,
        exit_code=process.returncode,
        seconds=round(time.monotonic() - started, 1),
        deployer=deployer.describe(deployer.of_stack(project.root, stack)),
    )
    _summarize(engine_events, outcome)
    if events is not None:
        events += engine_events
    if process.returncode and not outcome.errors and quiet:
        outcome.errors = [line for line in (process.stderr or "").splitlines() if line.strip()][-3:]
    return outcome


def _refuse_protected(project: Project, stack: str) -> None:
    """Pulumi itself checks `protect` resource by resource, when it has deleted others already."""
    names = [
        str(resource["urn"]).rpartition("::")[2]
        for resource in resources_in_state(project, stack)
        if resource.get("protect")
    ]
    if names:
        raise SandboxError(
            f"stack {stack} protects {', '.join(sorted(names))}: nothing was deleted; "
            "destroy --unprotect deletes them from the sandbox too"
        )


def _unprotect(project: Project, stack: str, environment: dict[str, str]) -> None:
    command = ["pulumi", "state", "unprotect", "--all", "--yes", "--stack", stack, *_ALWAYS]
    process = subprocess.run(
        command, cwd=project.root, env=environment, check=False, capture_output=True, text=True
    )
    if process.returncode:
        output = (process.stderr or process.stdout).strip()
        raise SandboxError(f"the resources of stack {stack} can't be unprotected: {output}")


def _events(log: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in log.read_text().splitlines() if line.strip()] if log.is_file() else []
    )


def _summarize(events: Sequence[dict[str, Any]], outcome: Outcome) -> None:
    changes: Counter[str] = Counter()
    for event in events:
        if "resourcePreEvent" in event:
            meta = event["resourcePreEvent"]["metadata"]
            if meta.get("op") not in {SAME, READ}:
                outcome.resources.append(
                    {"operation": str(meta["op"]), "type": str(meta["type"]), "urn": str(meta["urn"])}
                )
        elif "summaryEvent" in event:
            changes.update(event["summaryEvent"].get("resourceChanges") or {})
        elif "diagnosticEvent" in event:
            diagnostic = event["diagnosticEvent"]
            text = " ".join(str(diagnostic.get("message", "")).split())
            target = {"error": outcome.errors, "warning": outcome.warnings}.get(
                str(diagnostic.get("severity"))
            )
            if target is not None and text and text not in target:
                target.append(text)
    outcome.changes = dict(changes)


def export(project: Project, stack: str) -> dict[str, Any]:
    """A stack's state as `pulumi stack export` writes it; the secrets in it are placeholders."""
    command = ["pulumi", "stack", "export", "--stack", stack, "--show-secrets", *_ALWAYS]
    with session(project) as environment:
        process = subprocess.run(
            command, cwd=project.root, env=environment, check=False, capture_output=True, text=True
        )
    if process.returncode:
        lines = process.stderr.strip().splitlines()
        raise SandboxError(
            f"the sandbox's state of stack {stack} can't be read: {lines[-1] if lines else 'no output'}"
        )
    return json.loads(process.stdout)


def state_file(project: Project, stack: str) -> Path:
    name = stackfile.project_name(project.pulumi_yaml)
    return project.backend / ".pulumi" / "stacks" / name / f"{stack}.json"


def resources_in_state(project: Project, stack: str) -> list[dict[str, Any]]:
    """The resources in a stack's state, read from the sandbox's backend; empty before the first `up`."""
    file = state_file(project, stack)
    if not file.is_file():
        return []
    content = json.loads(file.read_text())
    latest = (content.get("checkpoint") or {}).get("latest") or {}
    return list(latest.get("resources") or [])


def reset(project: Project, stack: str) -> int:
    """Delete a stack's state, its resources and its soft-deleted names; the number of resources removed."""
    removed = 0
    if project.model.is_file():
        subscription = Subscription.open(project.model)
        owned = {DEFAULT_SUBSCRIPTION, *_subscriptions(project, stack)}
        with subscription.transaction():
            for resource in subscription.all():
                if _subscription_id(resource.id) in owned or not resource.id.startswith("/subscriptions/"):
                    subscription.remove(resource.id)
                    removed += 1
                    if resource.kind == _ACCOUNTS:
                        shutil.rmtree(project.blobs / resource.name, ignore_errors=True)
            subscription.purge_soft_deleted(owned)
            subscription.clear_faults()
        control_planes.remove_unused(subscription, project.sandbox)
        subscription.close()
    _remove_state(project, stack)
    for copy in project.stacks.glob(f"*/Pulumi.{stack}.yaml*"):
        copy.unlink()
    return removed


def _remove_state(project: Project, stack: str) -> None:
    """Delete everything that Pulumi's file backend stores of a stack."""
    file = state_file(project, stack)
    for path in (file, file.with_name(f"{file.name}.bak"), file.with_name(f"{file.name}.attrs")):
        path.unlink(missing_ok=True)
    for folder in ("locks", "history", "backups"):
        stored = project.backend / ".pulumi" / folder
        shutil.rmtree(stored / "organization" / file.parent.name / stack, ignore_errors=True)
        shutil.rmtree(stored / file.parent.name / stack, ignore_errors=True)


def _subscription_id(identifier: str) -> str:
    parts = ids.subscription_of(identifier).split("/")
    return parts[-1].lower()


def _subscriptions(project: Project, stack: str) -> set[str]:
    """The subscription ids in a stack's state and in its stack file."""
    ids_in_use = {
        _subscription_id(str(resource.get("id", ""))) for resource in resources_in_state(project, stack)
    }
    source = project.root / f"Pulumi.{stack}.yaml"
    if source.is_file():
        ids_in_use.add(stackfile.setting(source, "azure-native:subscriptionId") or "")
    return {subscription for subscription in ids_in_use if subscription}
