"""`roast policy …`: the security team's rules on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from roastery.cli.options import Json, Markdown, Stack, StateFile
from roastery.cli.states import NothingToCheckError, declared_urns, read_state

if TYPE_CHECKING:
    from roastery.policies.evaluate import PolicyReport

BLOCKED = 1

FrameworkName = Annotated[
    Literal["cis", "mcsb", "nist", "iso27001"] | None,
    typer.Option("--framework", help="Only policies that serve a control of this framework."),
]


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
    framework: FrameworkName = None,
    against_program: Annotated[
        bool,
        typer.Option(
            "--against-program",
            help="With --state and --stack: say what the program declares and the state lacks.",
        ),
    ] = False,
    sarif_file: Annotated[Path | None, typer.Option("--sarif", help="Write SARIF 2.1.0 here.")] = None,
    markdown_file: Markdown = None,
    as_json: Json = False,
) -> None:
    """Run all policies on the sandbox's state of a stack, deployed first, or on an exported state."""
    from roastery.files import write
    from roastery.flows import findings as flow_findings
    from roastery.policies import completeness, waivers
    from roastery.policies.catalogue import BY_ID
    from roastery.policies.evaluate import PolicyConfig, evaluate
    from roastery.policies.frameworks import Framework
    from roastery.policies.model import DeclaredStack
    from roastery.policies.reports import markdown, sarif

    configured = PolicyConfig.read(config)
    if waiver_file is not None and not waiver_file.is_file():
        raise NothingToCheckError(f"there is no file {waiver_file}", "--waivers names a YAML file")
    known = BY_ID | flow_findings.BY_ID
    name = waivers.shown(waiver_file) if waiver_file else waivers.FILE.as_posix()
    accepted = waivers.load(waiver_file or waivers.find(Path.cwd()), known, name)
    if against_program and (stack is None or state_file is None):
        raise NothingToCheckError(
            "--against-program compares a file with a program", "add --state and --stack"
        )
    state = read_state(stack, state_file, no_up=no_up, quiet=as_json)
    if against_program:
        lacking = completeness.of_program(state.resources, declared_urns(stack or "", quiet=as_json))
        state = DeclaredStack(state.resources, state.facts, [*state.incomplete, *lacking])
    report = evaluate(
        state,
        config=configured,
        waivers=accepted,
        more=[] if state.incomplete else flow_findings.findings(state),
        framework=Framework(framework) if framework else None,
    )
    if sarif_file:
        write(sarif_file, json.dumps(sarif.sarif(report), indent=1) + "\n")
    if markdown_file:
        write(markdown_file, markdown.markdown(report))
    _print_report(report, as_json=as_json)
    raise typer.Exit(BLOCKED if report.blocking or (all_proven and report.unproven) else 0)


def list_policies(*, framework: FrameworkName = None, as_json: Json = False) -> None:
    """List the policies; docs/policies.md explains them with their reasons."""
    from roastery.policies.catalogue import POLICIES
    from roastery.policies.frameworks import Framework, controls

    chosen = Framework(framework) if framework else None
    listed = [policy for policy in POLICIES if chosen is None or controls(policy, chosen)]
    if as_json:
        typer.echo(json.dumps([_description(policy.id) for policy in listed]))
        return
    for policy in listed:
        served = f"  {', '.join(controls(policy, chosen))}" if chosen else ""
        typer.echo(f"{policy.severity:9}{policy.id:30}{policy.title}{served}")


def list_rights(*, stack: Stack = None, state_file: StateFile = None, markdown_file: Markdown = None) -> None:
    """List who may do what: roles in Azure, workloads with an identity, roles in the cluster."""
    from roastery.files import write
    from roastery.policies.reports import rights

    text = rights.page(read_state(stack, state_file, no_up=stack is not None, quiet=True))
    if markdown_file:
        write(markdown_file, text)
    else:
        typer.echo(text)


def _description(name: str) -> dict[str, Any]:
    from roastery.policies.catalogue import BY_ID
    from roastery.policies.frameworks import Framework, controls

    policy = BY_ID[name]
    texts = {
        key: str(getattr(policy, key)) for key in ("id", "title", "reason", "fix", "severity", "dev", "prod")
    }
    served = {framework.value: list(controls(policy, framework)) for framework in Framework}
    lists = {"ids": list(policy.ids), "controls": served, "types": list(policy.types)}
    return {**texts, **lists, "config": policy.config}


def _print_report(report: PolicyReport, *, as_json: bool) -> None:
    from roastery.policies.reports import plain

    if as_json:
        typer.echo(json.dumps(plain.as_json(report)))
        return
    for line in plain.lines(report):
        typer.echo(line)
