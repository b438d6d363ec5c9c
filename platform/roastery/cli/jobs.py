"""`roast submit`, `cancel`, `promote`, `rollback`, `monitor`, `status`: what is run rather than declared."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from roastery.jobs import client
from roastery.jobs.client import Workspace
from roastery.jobs.place import Place

INTERRUPTED = 130
_errors = Console(stderr=True, highlight=False)

Stack = Annotated[str | None, typer.Option("--stack", "-s", help="Its outputs tell workspace and endpoint.")]
TargetOption = Annotated[
    str, typer.Option("--target", help="azure, or sandbox: a session that lasts as long as the command.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Subscription = Annotated[str | None, typer.Option(help="Instead of the stack's.")]
Group = Annotated[str | None, typer.Option(help="Resource group, instead of the stack's.")]
WorkspaceName = Annotated[str | None, typer.Option("--workspace", help="Instead of the stack's.")]
Endpoint = Annotated[str | None, typer.Option(help="Instead of the stack's.")]


def register(root: typer.Typer) -> None:
    """Hang the commands into `roast`."""
    for command in (submit, cancel):
        root.command()(command)


@contextmanager
def _workspace(target: str, stack: str | None, **given: str | None) -> Generator[Workspace]:
    if target not in {"azure", "sandbox"}:
        raise typer.BadParameter(f"{target!r} is neither azure nor sandbox", param_hint="--target")
    with client.opened("sandbox" if target == "sandbox" else "azure", stack, Place(**given)) as workspace:
        yield workspace


def _tell(line: str) -> None:
    _errors.print(line, markup=False, soft_wrap=True)


def _say(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(values) if as_json else text)


def submit(
    what: Annotated[
        str, typer.Argument(help="pipeline, or one of its steps: import, preprocess, train …")
    ] = "pipeline",
    *,
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
        Path | None, typer.Option(help="Folder for logs and outputs of every node; implies --wait.")
    ] = None,
    compute: Annotated[str | None, typer.Option(help="Instead of the only attached cluster.")] = None,
    pipeline: Annotated[str | None, typer.Option(help="Id of the component, instead of the stack's.")] = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Submit the registered pipeline, or one step of it, as a job."""
    from roastery.jobs import follow  # noqa: PLC0415 - `roast --help` need not load it
    from roastery.jobs.submit import submit as send  # noqa: PLC0415

    place = {"subscription": subscription, "group": group, "workspace": workspace, "pipeline": pipeline}
    with _workspace(target, stack, **place) as opened:
        job = send(opened, what, params=params or [], inputs=inputs or [], compute=compute)
        _tell(f"submitted {what} as {job.name}: {job.url}")
        if not (wait or outputs_to or target == "sandbox"):  # the sandbox's jobs end with the command
            _say({"job": job.name, "state": "Submitted", "outputs": {}}, job.name, as_json=as_json)
            return
        try:
            result = follow.follow(opened, job, _tell)
        except KeyboardInterrupt:
            _tell(_left(job.name, target))
            raise typer.Exit(INTERRUPTED) from None
        finally:
            if outputs_to and sys.exc_info()[0] is not KeyboardInterrupt:
                follow.fetch(opened, job, outputs_to)
    values = {"job": result.job, "state": result.state, "outputs": dict(result.outputs)}
    made = ", ".join(f"{port} is {asset}" for port, asset in result.outputs.items())
    _say(values, f"{result.job}: {result.state}{f'; {made}' if made else ''}", as_json=as_json)


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

    place = {"subscription": subscription, "group": group, "workspace": workspace}
    with _workspace(target, stack, **place) as opened:
        end(opened, job)
    typer.echo(f"cancelled {job}")
