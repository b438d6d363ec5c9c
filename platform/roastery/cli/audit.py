"""`roast audit`: what is in Azure now, held against the program, the policies and the flows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roastery.cli.options import Json, Markdown, TargetName, print_progress
from roastery.cli.states import NothingToCheckError


def audit(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="The stack, of file Pulumi.<stack>.yaml.")],
    target: TargetName = "azure",
    no_refresh: Annotated[
        bool, typer.Option("--no-refresh", help="Take the state as it is, without reading what is there.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(help="Levels and settings, as --policy-pack-config takes them.")
    ] = None,
    waiver_file: Annotated[
        Path | None, typer.Option("--waivers", help="Default: stacks/policy-waivers.yaml of the project.")
    ] = None,
    markdown_file: Markdown = None,
    as_json: Json = False,
) -> None:
    """Compare what is deployed with the program, the policies and the flows; exit 10 if it only drifted."""
    from roastery import stack_file, targets
    from roastery.audit import format as formats
    from roastery.audit.run import audit as run
    from roastery.audit.sources import PulumiDeployment, TargetDeployment
    from roastery.files import write
    from roastery.flows import findings as flow_findings
    from roastery.policies import waivers
    from roastery.policies.catalogue import BY_ID
    from roastery.policies.evaluate import PolicyConfig

    configured = PolicyConfig.read(config)
    if waiver_file is not None and not waiver_file.is_file():
        raise NothingToCheckError(f"there is no file {waiver_file}", "--waivers names a YAML file")
    if target == targets.AZURE:
        root = stack_file.project()
        deployment = PulumiDeployment(root)
    else:
        elsewhere = targets.find(target)
        root, deployment = elsewhere.root, TargetDeployment(elsewhere)
    if not (root / f"Pulumi.{stack}.yaml").is_file():
        stacks = sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))
        raise NothingToCheckError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {', '.join(stacks)}")
    name = waivers.shown(waiver_file) if waiver_file else waivers.FILE.as_posix()
    accepted = waivers.load(waiver_file or waivers.find(root), BY_ID | flow_findings.BY_ID, name)
    report = run(
        deployment,
        stack,
        refresh=not no_refresh,
        config=configured,
        waivers=accepted,
        report_progress=(lambda _: None) if as_json else print_progress,
    )
    if markdown_file:
        write(markdown_file, formats.markdown(report))
    if as_json:
        typer.echo(json.dumps(formats.as_json(report)))
    else:
        for line in formats.lines(report):
            typer.echo(line)
    raise typer.Exit(report.exit_code)
