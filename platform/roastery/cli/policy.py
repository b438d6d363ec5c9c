"""`roast policy …`: the security team's rules on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roastery.cli.options import Json, Markdown, Stack, StateFile, print_progress
from roastery.errors import RoasteryError

if TYPE_CHECKING:
    from roastery.policies.evaluate import PolicyReport
    from roastery.policies.model import DeclaredStack
    from roastery.targets import Target

BLOCKED = 1


class NothingToCheckError(RoasteryError):
    """Neither a stack nor a state is named, or they contradict each other."""

    exit_code = 2


class DeploymentFailedError(RoasteryError):
    """The stack could not be deployed into the sandbox, so there is no complete state to check."""


def check(
    *,
    stack: Stack = None,
    state_file: StateFile = None,
    no_up: Annotated[bool, typer.Option("--no-up", help="Take the sandbox's state as it is.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="Levels and settings, as --policy-pack-config takes them.")
    ] = None,
    waiver_file: Annotated[
        Path | None, typer.Option("--waivers", help="Default: stacks/policy-waivers.yaml of the project.")
    ] = None,
    all_proven: Annotated[
        bool, typer.Option("--all-proven", help="Fail on what could be neither passed nor failed, too.")
    ] = False,
    sarif_file: Annotated[Path | None, typer.Option("--sarif", help="Write SARIF 2.1.0 here.")] = None,
    markdown_file: Markdown = None,
    as_json: Json = False,
) -> None:
    """Run all policies on the sandbox's state of a stack, deployed first, or on an exported state."""
    from roastery.files import write
    from roastery.policies import waivers
    from roastery.policies.catalogue import BY_ID
    from roastery.policies.evaluate import PolicyConfig, evaluate
    from roastery.policies.reports import markdown, sarif

    configured = PolicyConfig.read(config)
    if waiver_file is not None and not waiver_file.is_file():
        raise NothingToCheckError(f"there is no file {waiver_file}", "--waivers names a YAML file")
    accepted = waivers.load(waiver_file or waivers.find(Path.cwd()), BY_ID)
    state = _state(stack, state_file, no_up=no_up, quiet=as_json)
    report = evaluate(state, config=configured, waivers=accepted)
    if sarif_file:
        write(sarif_file, json.dumps(sarif.sarif(report), indent=1) + "\n")
    if markdown_file:
        write(markdown_file, markdown.markdown(report))
    _print_report(report, as_json=as_json)
    raise typer.Exit(BLOCKED if report.blocking or (all_proven and report.unproven) else 0)


def list_policies(*, as_json: Json = False) -> None:
    """List the policies; docs/policies.md explains them with their reasons."""
    from roastery.policies.catalogue import POLICIES

    if as_json:
        typer.echo(json.dumps([_description(policy.id) for policy in POLICIES]))
        return
    for policy in POLICIES:
        typer.echo(f"{policy.severity:9}{policy.id:30}{policy.title}")


def list_rights(*, stack: Stack = None, state_file: StateFile = None, markdown_file: Markdown = None) -> None:
    """List who may do what: roles in Azure, workloads with an identity, roles in the cluster."""
    from roastery.files import write
    from roastery.policies.reports import rights

    text = rights.page(_state(stack, state_file, no_up=stack is not None, quiet=True))
    if markdown_file:
        write(markdown_file, text)
    else:
        typer.echo(text)


def _description(name: str) -> dict[str, Any]:
    from roastery.policies.catalogue import BY_ID

    policy = BY_ID[name]
    texts = {
        key: str(getattr(policy, key)) for key in ("id", "title", "reason", "fix", "severity", "dev", "prod")
    }
    return {**texts, "ids": list(policy.ids), "types": list(policy.types), "config": policy.config}


def _print_report(report: PolicyReport, *, as_json: bool) -> None:
    from roastery.policies.reports import plain

    if as_json:
        typer.echo(json.dumps(plain.as_json(report)))
        return
    for line in plain.lines(report):
        typer.echo(line)


def _state(stack: str | None, file: Path | None, *, no_up: bool, quiet: bool) -> DeclaredStack:
    from roastery import targets
    from roastery.policies import state

    if file is not None:
        exported = state.read(file)
        if stack is not None and exported.facts.stack != stack:
            raise NothingToCheckError(
                f"{file} is of stack {exported.facts.stack}, not {stack}", "leave out --stack"
            )
        return exported
    if stack is None:
        raise NothingToCheckError("name what to check", "--stack STACK, or --state FILE")
    target = targets.find()
    if not (target.root / f"Pulumi.{stack}.yaml").is_file():
        stacks = sorted(path.name.split(".")[1] for path in target.root.glob("Pulumi.*.yaml"))
        raise NothingToCheckError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {', '.join(stacks)}")
    if not no_up:
        _up(target, stack, quiet=quiet)
    elif not target.resources(stack):
        raise NothingToCheckError(f"stack {stack} is not deployed in the sandbox", "leave out --no-up")
    return state.parse(target.export_state(stack), f"the sandbox's state of {stack}")


def _up(target: Target, stack: str, *, quiet: bool) -> None:
    """Always: a state that is older than the program says nothing about the program."""
    if not quiet:
        print_progress(f"bringing {stack} up in the sandbox")
    outcome = target.operate("up", stack)
    if outcome.exit_code:
        reason = outcome.errors[0] if outcome.errors else "see roast sandbox up"
        raise DeploymentFailedError(f"stack {stack} can't be deployed into the sandbox: {reason}")
