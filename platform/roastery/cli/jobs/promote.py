"""`roast promote` and `roast rollback`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from roastery.cli.jobs.options import (
    Endpoint,
    Group,
    Json,
    Rows,
    Stack,
    Subscription,
    TargetOption,
    WorkspaceName,
    say,
    tell,
    workspace_of,
)


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
    names = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with workspace_of(target, stack, **names) as opened:
        done = promoting.promote(opened, model, plan, tell)
    say(asdict(done), f"{done.model} in service as {done.deployment}", as_json=as_json)


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

    names = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with workspace_of(target, stack, **names) as opened:
        done = promoting.rollback(opened, to, rows, tell)
    say(asdict(done), f"{done.model} in service as {done.deployment}", as_json=as_json)
