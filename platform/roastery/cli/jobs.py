"""`roast submit`, `cancel`, `promote`, `rollback`, `monitor`, `status`: what is run rather than declared."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from roastery.jobs import client
from roastery.jobs.client import Workspace
from roastery.jobs.place import Place

INTERRUPTED = 130
DRIFTED = 10
_errors = Console(stderr=True, highlight=False)

Stack = Annotated[str | None, typer.Option("--stack", "-s", help="Its outputs tell workspace and endpoint.")]
TargetOption = Annotated[
    str, typer.Option("--target", help="azure, or sandbox: a session that lasts as long as the command.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
# What Azure ML calls them in its own jobs, and the workflows in their pods.
Subscription = Annotated[
    str | None, typer.Option(envvar="AZUREML_ARM_SUBSCRIPTION", help="Instead of the stack's.")
]
Group = Annotated[
    str | None,
    typer.Option(envvar="AZUREML_ARM_RESOURCEGROUP", help="Resource group, instead of the stack's."),
]
WorkspaceName = Annotated[
    str | None,
    typer.Option("--workspace", envvar="AZUREML_ARM_WORKSPACE_NAME", help="Instead of the stack's."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(envvar="ROAST_ENDPOINT", help="Instead of the stack's, or of the workspace's only one."),
]


def register(root: typer.Typer) -> None:
    """Hang the commands into `roast`."""
    for command in (submit, cancel, promote, rollback, monitor, status):
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
        Path | None,
        typer.Option(help="Folder for a file per named output: azureml:asset:version; implies --wait."),
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
    from roastery.jobs import follow  # noqa: PLC0415 - `roast --help` need not load it
    from roastery.jobs.submit import submit as send  # noqa: PLC0415

    place = {"subscription": subscription, "group": group, "workspace": workspace, "pipeline": pipeline}
    with _workspace(target, stack, **place) as opened:
        job = send(opened, what, params=params or [], inputs=inputs or [], compute=compute)
        _tell(f"submitted {what} as {job.name}: {job.url}")
        if not (
            wait or outputs_to or download or target == "sandbox"
        ):  # the sandbox's jobs end with the command
            _say({"job": job.name, "state": "Submitted", "outputs": {}}, job.name, as_json=as_json)
            return
        try:
            result = follow.follow(opened, job, _tell)
        except KeyboardInterrupt:
            _tell(_left(job.name, target))
            raise typer.Exit(INTERRUPTED) from None
        finally:
            if download and sys.exc_info()[0] is not typer.Exit:
                follow.fetch(opened, job, download)
    if outputs_to:
        outputs_to.mkdir(parents=True, exist_ok=True)
        for port, asset in result.outputs.items():
            (outputs_to / port).write_text(asset, encoding="utf-8")
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


Rows = Annotated[
    Path | None,
    typer.Option(help="File with the body of a request; by default, rows of the model's own stores."),
]


def promote(
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    model: Annotated[str | None, typer.Option(help="NAME:VERSION; the newest champion by default.")] = None,
    steps: Annotated[str, typer.Option(help="Shares of the traffic, one after the other.")] = "10,50,100",
    watch: Annotated[float, typer.Option(min=0, help="Seconds to watch each step.")] = 60.0,
    requests: Annotated[int, typer.Option(min=2, help="Real requests to send at each step.")] = 40,
    max_errors: Annotated[float, typer.Option(min=0, max=1, help="Share that may fail.")] = 0.02,
    max_p95: Annotated[float | None, typer.Option(min=0, help="Seconds that 95 % may take.")] = None,
    max_slower: Annotated[float, typer.Option(min=1, help="Times slower than the one in service.")] = 2.0,
    ready_within: Annotated[
        float, typer.Option(min=1, help="Seconds that the deployment may take.")
    ] = 1800.0,
    metric: Annotated[str, typer.Option(help="Tag of a model that tells its error.")] = "wape",
    force: Annotated[str | None, typer.Option(help="Reason to promote a model that is worse.")] = None,
    rows: Rows = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Put the champion into service, step by step; go back by itself if it does worse."""
    from roastery.jobs import health, traffic  # noqa: PLC0415 - `roast --help` need not load it
    from roastery.jobs import promote as promoting  # noqa: PLC0415

    plan = promoting.Plan(
        steps=traffic.steps(steps),
        watch=watch,
        requests=requests,
        limits=health.Limits(errors=max_errors, p95=max_p95, slower=max_slower),
        ready=ready_within,
        metric=metric,
        force=force,
        rows=rows,
    )
    place = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with _workspace(target, stack, **place) as opened:
        done = promoting.promote(opened, model, plan, _tell)
    _say(asdict(done), f"{done.model} in service as {done.deployment}", as_json=as_json)


def rollback(
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    to: Annotated[
        str | None, typer.Option(help="The deployment; by default the one before the last.")
    ] = None,
    rows: Rows = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Give all traffic back to the other deployment, if it is healthy."""
    from roastery.jobs import promote as promoting  # noqa: PLC0415 - `roast --help` need not load it

    place = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with _workspace(target, stack, **place) as opened:
        done = promoting.rollback(opened, to, rows, _tell)
    _say(asdict(done), f"{done.model} in service as {done.deployment}", as_json=as_json)


def monitor(
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    recent: Annotated[int, typer.Option(min=1, help="Days that count as recent.")] = 60,
    data: Annotated[str, typer.Option(help="Asset of raw sales; its newest version is read.")] = "sales-raw",
    psi: Annotated[float, typer.Option(min=0, help="Above it a feature has drifted.")] = 0.25,
    residual: Annotated[float, typer.Option(min=1, help="Times the backtest's error that is allowed.")] = 1.5,
    report: Annotated[Path | None, typer.Option(help="File to write the report to.")] = None,
    webhook: Annotated[
        str | None, typer.Option(envvar="ROAST_WEBHOOK_URL", help="Takes the event that starts a retrain.")
    ] = None,
    webhook_secret: Annotated[
        Path | None, typer.Option(help="File with its secret; or ROAST_WEBHOOK_SECRET.")
    ] = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Compare recent sales with those of training; exit 10 and ask for a retrain when they have drifted."""
    from roastery.jobs import monitor as monitoring  # noqa: PLC0415 - `roast --help` need not load it
    from roastery.jobs.event import Webhook  # noqa: PLC0415

    event = Webhook.read(webhook, webhook_secret) if webhook else None
    asked = monitoring.Asked(data=data, days=recent, psi=psi, residual=residual)
    place = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with _workspace(target, stack, **place) as opened:
        found = monitoring.monitor(opened, asked, _tell)
    if report:
        monitoring.write(found, report)
    for reason in found.reasons:
        _tell(reason)
    verdict = "has drifted" if found.drifted else "is stable"
    _say(found.to_json(), f"{found.data} {verdict} for {found.model}", as_json=as_json)
    if found.drifted:
        if event:
            monitoring.raise_event(found, event)
            _tell("asked for a retrain")
        raise typer.Exit(DRIFTED)


def status(
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Show assets, jobs, endpoint, traffic, the model in service and drift."""
    from roastery.jobs.status import status as ask  # noqa: PLC0415 - `roast --help` need not load it

    place = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with _workspace(target, stack, **place) as opened:
        found = ask(opened)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    table = Table("what", "name", "state", box=None)
    for kind, names in found.assets.items():
        for name, version in names.items():
            table.add_row(kind, name, version or "no version yet")
    for one in found.jobs:
        table.add_row("job", f"{one['what']} ({one['job']})", one["state"])
    for one in (found.endpoint or {}).get("deployments", []):
        state = f"{one['traffic']} %, {one['state']}, {one['model'] or 'no model'}"
        table.add_row("deployment", one["name"], f"{state}, {one['outcome']}" if one["outcome"] else state)
    problem = (found.endpoint or {}).get("problem")
    table.add_row("endpoint", (found.endpoint or {}).get("name", "none"), problem or "")
    table.add_row("drift", "", found.drift or "not monitored yet")
    Console(highlight=False).print(table, markup=False)
