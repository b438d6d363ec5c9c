"""`roast job …`: jobs of the registered pipeline."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roastery.cli.options import (
    Endpoint,
    Group,
    Json,
    Stack,
    Subscription,
    TargetName,
    WorkspaceName,
    print_progress,
    print_result,
)

if TYPE_CHECKING:
    from roastery.jobs.job_outputs import JobResult
    from roastery.jobs.workspace_status import WorkspaceStatus

INTERRUPTED = 130


def submit(
    what: Annotated[
        str, typer.Argument(help="pipeline, or one of its steps: import, preprocess, train …")
    ] = "pipeline",
    *,
    start: Annotated[
        str | None,
        typer.Option("--from", help="The step to start from; --input gives what those before it make."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Of the job; one of that name that runs or has completed is followed, not repeated."
        ),
    ] = None,
    stack: Stack = None,
    target: TargetName = "azure",
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
    from roastery import targets
    from roastery.jobs import submission
    from roastery.jobs.client import open_workspace
    from roastery.jobs.job_outputs import download_all, wait_for_result
    from roastery.jobs.model_interface import load_model_interface
    from roastery.jobs.reference import WorkspaceReference

    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, pipeline=pipeline)
    offline = target != targets.AZURE
    if offline:
        targets.find(target)  # an unknown target is refused before a warehouse is opened for it
    first = start or (None if what == submission.PIPELINE else what)
    with (
        load_model_interface().warehouse(first) if offline else nullcontext() as sales,
        open_workspace(target, stack, named, sales) as client,
    ):
        job = submission.submit(
            client, what, start=start, name=name, params=params or [], inputs=inputs or [], compute=compute
        )
        print_progress(f"{'submitted' if job.new else 'found'} {what} as {job.name}: {job.url}")
        # The jobs of an offline target end with the command.
        if not (wait or outputs_to or download or offline):
            values = {"job": job.name, "state": "Submitted", "outputs": {}, "model": None}
            print_result(values, job.name, as_json=as_json)
            return
        try:
            result = wait_for_result(client, job, print_progress)
        except KeyboardInterrupt:
            print_progress(_after_interrupt(job.name, offline=offline))
            raise typer.Exit(INTERRUPTED) from None
        finally:
            if download and sys.exc_info()[0] is not typer.Exit:
                download_all(client, job, download)
    if outputs_to:
        _write_outputs(outputs_to, result)
    assets = ", ".join(f"{port} is {value}" for port, value in _outputs(result).items() if "://" not in value)
    text = f"{result.job}: {result.state}{f'; {assets}' if assets else ''}"
    print_result(asdict(result), text, as_json=as_json)


def _outputs(result: JobResult) -> dict[str, str]:
    return {**result.outputs, **({"model": result.model} if result.model else {})}


def _write_outputs(folder: Path, result: JobResult) -> None:
    from roastery import files

    (folder / "model").unlink(missing_ok=True)  # of an earlier run, whose model passed the gate
    for port, value in _outputs(result).items():
        files.write(folder / port, value)


def _after_interrupt(job: str, *, offline: bool) -> str:
    if offline:
        return f"job {job} ends here: the sandbox's jobs live as long as the command"
    return f"job {job} keeps running; to end it: roast job cancel {job}"


def cancel(
    job: Annotated[str, typer.Argument(help="Its name, as `roast job submit` prints it.")],
    *,
    stack: Stack = None,
    target: TargetName = "azure",
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
) -> None:
    """Cancel a job."""
    from roastery.jobs import submission
    from roastery.jobs.client import open_workspace
    from roastery.jobs.reference import WorkspaceReference

    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace)
    with open_workspace(target, stack, named) as client:
        submission.cancel(client, job)
    typer.echo(f"cancelled {job}")


def status(
    *,
    stack: Stack = None,
    target: TargetName = "azure",
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Show assets, jobs, endpoint, traffic, the model in service and drift."""
    from roastery.jobs.client import open_workspace
    from roastery.jobs.reference import WorkspaceReference
    from roastery.jobs.workspace_status import read_status

    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, endpoint=endpoint)
    with open_workspace(target, stack, named) as client:
        state = read_status(client)
    if as_json:
        typer.echo(json.dumps(asdict(state)))
    else:
        _print_status(state)


def _print_status(state: WorkspaceStatus) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "name", "state", box=None)
    for kind, versions in state.assets.items():
        for name, version in versions.items():
            table.add_row(kind, name, version or "no version yet")
    for job in state.jobs:
        table.add_row("job", f"{job['what']} ({job['job']})", job["state"])
    endpoint = state.endpoint or {}
    for deployment in endpoint.get("deployments", []):
        text = f"{deployment['traffic']} %, {deployment['state']}, {deployment['model'] or 'no model'}"
        outcome = deployment["outcome"]
        table.add_row("deployment", deployment["name"], f"{text}, {outcome}" if outcome else text)
    table.add_row("endpoint", endpoint.get("name", "none"), endpoint.get("problem") or "")
    table.add_row("drift", "", state.drift or "not monitored yet")
    Console(highlight=False).print(table, markup=False)
