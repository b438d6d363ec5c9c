"""`roast monitor` and `roast status`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from roastery.cli.jobs.options import (
    Endpoint,
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

DRIFTED = 10


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
    names = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with workspace_of(target, stack, **names) as opened:
        found = monitoring.monitor(opened, asked, tell)
    if report:
        monitoring.write(found, report)
    for reason in found.reasons:
        tell(reason)
    verdict = "has drifted" if found.drifted else "is stable"
    say(found.to_json(), f"{found.data} {verdict} for {found.model}", as_json=as_json)
    if found.drifted:
        if event:
            monitoring.raise_event(found, event)
            tell("asked for a retrain")
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

    names = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with workspace_of(target, stack, **names) as opened:
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
