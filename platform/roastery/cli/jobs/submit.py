"""`roast submit` and `roast cancel`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from roastery import files
from roastery.cli.jobs.options import (
    Group,
    Json,
    Stack,
    Subscription,
    TargetOption,
    WorkspaceName,
    say,
    tell,
    workspace_of,
)
from roastery.jobs import client
from roastery.jobs.reference import WorkspaceReference

INTERRUPTED = 130


def submit(
    what: Annotated[
        str, typer.Argument(help="pipeline, or one of its steps: import, preprocess, train …")
    ] = "pipeline",
    *,
    start: Annotated[
        str | None,
        typer.Option("--from", help="The step to start from; --input hands in what those before it make."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Of the job; one of that name that runs or is done is followed, not repeated."),
    ] = None,
    stack: Stack = None,
    target: TargetOption = "azure",
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="name=azureml:asset:version, as often as needed.")
    ] = None,
    params: Annotated[
        list[str] | None, typer.Option("--param", help="name=value, as often as needed.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it to its end; exit 1 if it fails.")] = False,
    outputs_to: Annotated[
        Path | None,
        typer.Option(
            help="Folder for a file per output, and `model` if there is a new champion; implies --wait."
        ),
    ] = None,
    download: Annotated[
        Path | None, typer.Option(help="Folder for logs and outputs of every node; implies --wait.")
    ] = None,
    compute: Annotated[str | None, typer.Option(help="Instead of the only attached cluster.")] = None,
    pipeline: Annotated[
        str | None, typer.Option(envvar="ROAST_PIPELINE", help="Id of the component, instead of the stack's.")
    ] = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Submit the registered pipeline, or one step of it, as a job."""
    from roastery.jobs import follow, model_side  # noqa: PLC0415 - `roast --help` need not load it
    from roastery.jobs.submit import PIPELINE  # noqa: PLC0415
    from roastery.jobs.submit import submit as send  # noqa: PLC0415

    names = {"subscription": subscription, "group": group, "workspace": workspace, "pipeline": pipeline}
    first = start or (None if what == PIPELINE else what)
    with (
        model_side.model_side().warehouse(first) if target == "sandbox" else nullcontext() as sales,
        client.opened(target, stack, WorkspaceReference(**names), sales) as opened,
    ):
        job = send(
            opened, what, start=start, name=name, params=params or [], inputs=inputs or [], compute=compute
        )
        tell(f"{'submitted' if job.new else 'found'} {what} as {job.name}: {job.url}")
        if not (
            wait or outputs_to or download or target == "sandbox"
        ):  # the sandbox's jobs end with the command
            said = {"job": job.name, "state": "Submitted", "outputs": {}, "model": None}
            say(said, job.name, as_json=as_json)
            return
        try:
            result = follow.follow(opened, job, tell)
        except KeyboardInterrupt:
            tell(_left(job.name, target))
            raise typer.Exit(INTERRUPTED) from None
        finally:
            if download and sys.exc_info()[0] is not typer.Exit:
                follow.fetch(opened, job, download)
    made = {**result.outputs, **({"model": result.model} if result.model else {})}
    if outputs_to:
        (outputs_to / "model").unlink(missing_ok=True)  # of a run before, whose gate let it pass
        for port, value in made.items():
            files.write(outputs_to / port, value)
    told = ", ".join(f"{name} is {value}" for name, value in made.items() if "://" not in value)
    say(asdict(result), f"{result.job}: {result.state}{f'; {told}' if told else ''}", as_json=as_json)


def _left(job: str, target: str) -> str:
    if target == "sandbox":
        return f"job {job} ends here: the sandbox's jobs live as long as the command"
    return f"job {job} keeps running; to end it: roast cancel {job}"


def cancel(
    job: Annotated[str, typer.Argument(help="Its name, as `roast submit` tells it.")],
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
) -> None:
    """Cancel a job."""
    from roastery.jobs.submit import cancel as end  # noqa: PLC0415

    names = {"subscription": subscription, "group": group, "workspace": workspace}
    with workspace_of(target, stack, **names) as opened:
        end(opened, job)
    typer.echo(f"cancelled {job}")
