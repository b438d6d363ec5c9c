"""`roast policy …`: the security team's rules on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from roastery import targets
from roastery.errors import RoasteryError
from roastery.files import write
from roastery.policies import state, waivers
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.evaluate import PolicyConfig, PolicyReport, evaluate
from roastery.policies.model import DeclaredStack
from roastery.policies.reports import markdown, plain, rights, sarif
from roastery.targets import Target

app = typer.Typer(name="policy", help="The security team's rules, on a state.", no_args_is_help=True)
BLOCKED = 1
StackName = Annotated[
    str | None, typer.Option("--stack", "-s", help="The stack: one file Pulumi.<stack>.yaml.")
]
StateFile = Annotated[
    Path | None, typer.Option("--state", help="A state of `pulumi stack export`; no credentials needed.")
]


class NothingToCheckError(RoasteryError):
    """Neither a stack nor a state was named, or they contradict each other."""

    exit_code = 2


class UpFailedError(RoasteryError):
    """The stack did not come up in the sandbox, so there is nothing whole to check."""


def register(root: typer.Typer) -> None:
    """Hang `policy` into the `roast` command."""
    root.add_typer(app)


@app.command()
def check(
    *,
    stack: StackName = None,
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
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Write a comment for a pull request here.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")
    ] = False,
) -> None:
    """Run all policies on the sandbox's state of a stack, brought up first, or on an exported state."""
    configured = PolicyConfig.read(config)
    if waiver_file is not None and not waiver_file.is_file():
        raise NothingToCheckError(f"there is no {waiver_file}")
    accepted = waivers.load(waiver_file or waivers.find(Path.cwd()), BY_ID)
    found = _state(stack, state_file, no_up=no_up, quiet=as_json)
    report = evaluate(found, config=configured, waivers=accepted)
    if sarif_file:
        write(sarif_file, json.dumps(sarif.sarif(report), indent=1) + "\n")
    if markdown_file:
        write(markdown_file, markdown.markdown(report))
    _show(report, as_json=as_json)
    raise typer.Exit(BLOCKED if report.blocking or (all_proven and report.unproven) else 0)


@app.command(name="list")
def list_policies(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object per policy in a list.")] = False
) -> None:
    """What the rules are; docs/policies.md tells them with their reasons."""
    if as_json:
        typer.echo(json.dumps([_described(one.id) for one in POLICIES]))
        return
    for policy in POLICIES:
        typer.echo(f"{policy.severity:9}{policy.id:30}{policy.title}")


@app.command(name="rights")
def list_rights(
    *,
    stack: StackName = None,
    state_file: StateFile = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Write the tables here instead of printing them.")
    ] = None,
) -> None:
    """Who may do what: roles in Azure, workloads that act as an identity, roles in the cluster."""
    text = rights.page(_state(stack, state_file, no_up=stack is not None, quiet=True))
    if markdown_file:
        write(markdown_file, text)
    else:
        typer.echo(text)


def _described(name: str) -> dict[str, Any]:
    policy = BY_ID[name]
    texts = {
        key: str(getattr(policy, key)) for key in ("id", "title", "reason", "fix", "severity", "dev", "prod")
    }
    return {**texts, "ids": list(policy.ids), "types": list(policy.types), "config": policy.config}


def _show(report: PolicyReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(plain.as_json(report)))
        return
    for line in plain.lines(report):
        typer.echo(line)


def _state(stack: str | None, file: Path | None, *, no_up: bool, quiet: bool) -> DeclaredStack:
    if file is not None:
        found = state.read(file)
        if stack is not None and found.facts.stack != stack:
            raise NothingToCheckError(f"{file} is of stack {found.facts.stack}, not {stack}")
        return found
    if stack is None:
        raise NothingToCheckError("name what to check", "--stack STACK, or --state FILE")
    target = targets.find()
    if not (target.root / f"Pulumi.{stack}.yaml").is_file():
        have = sorted(one.name.split(".")[1] for one in target.root.glob("Pulumi.*.yaml"))
        raise NothingToCheckError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {', '.join(have)}")
    if not no_up:
        _up(target, stack, quiet=quiet)
    elif not target.resources(stack):
        raise NothingToCheckError(f"stack {stack} was never brought up in the sandbox", "leave out --no-up")
    return state.parse(target.export_state(stack), f"the sandbox's state of {stack}")


def _up(target: Target, stack: str, *, quiet: bool) -> None:
    """Always, since a state older than the program says nothing about the program."""
    if not quiet:
        typer.echo(f"bringing {stack} up in the sandbox", err=True)
    done = target.operate("up", stack)
    if done.exit_code:
        why = done.errors[0] if done.errors else "see roast sandbox up"
        raise UpFailedError(f"stack {stack} does not come up in the sandbox: {why}")
