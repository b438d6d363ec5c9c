"""`roast model …`: the model in service."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from roastery.cli.options import (
    Endpoint,
    Group,
    Json,
    Rows,
    Stack,
    Subscription,
    TargetName,
    WorkspaceName,
    print_progress,
    print_result,
)

DRIFTED = 10


def promote(
    *,
    stack: Stack = None,
    target: TargetName = "azure",
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
    metric: Annotated[str, typer.Option(help="Tag of a model with its error.")] = "wape",
    force: Annotated[str | None, typer.Option(help="Reason to promote a model that is worse.")] = None,
    rows: Rows = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Put the champion into service, step by step; go back by itself if it does worse."""
    from roastery.jobs import promotion
    from roastery.jobs.client import open_workspace
    from roastery.jobs.health import HealthLimits
    from roastery.jobs.reference import WorkspaceReference
    from roastery.jobs.traffic import parse_steps

    plan = promotion.PromotionPlan(
        steps=parse_steps(steps),
        watch=watch,
        requests=requests,
        limits=HealthLimits(errors=max_errors, p95=max_p95, slower=max_slower),
        ready=ready_within,
        metric=metric,
        force=force,
        rows=rows,
    )
    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, endpoint=endpoint)
    with open_workspace(target, stack, named) as client:
        result = promotion.promote(client, model, plan, print_progress)
    print_result(asdict(result), f"{result.model} in service as {result.deployment}", as_json=as_json)


def rollback(
    *,
    stack: Stack = None,
    target: TargetName = "azure",
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
    from roastery.jobs import promotion
    from roastery.jobs.client import open_workspace
    from roastery.jobs.reference import WorkspaceReference

    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, endpoint=endpoint)
    with open_workspace(target, stack, named) as client:
        result = promotion.rollback(client, to, rows, print_progress)
    print_result(asdict(result), f"{result.model} in service as {result.deployment}", as_json=as_json)


def ask(
    *,
    stack: Stack = None,
    target: TargetName = "azure",
    rows: Rows = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Ask the model in service; prints its answer."""
    from roastery.jobs.client import open_workspace
    from roastery.jobs.invocation import invoke
    from roastery.jobs.reference import WorkspaceReference

    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, endpoint=endpoint)
    with open_workspace(target, stack, named) as client:
        answer = invoke(client, rows)
    milliseconds = 1000 * answer.seconds
    print_progress(f"{answer.endpoint} answered as {answer.deployment} in {milliseconds:.0f} ms")
    print_result(asdict(answer), json.dumps(answer.answer), as_json=as_json)


def monitor(
    *,
    stack: Stack = None,
    target: TargetName = "azure",
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
    from roastery.jobs.client import open_workspace
    from roastery.jobs.drift_check import DriftSettings, check_drift, request_retrain, write_report
    from roastery.jobs.reference import WorkspaceReference
    from roastery.jobs.webhook import Webhook

    receiver = Webhook.read(webhook, webhook_secret) if webhook else None
    settings = DriftSettings(data=data, days=recent, psi=psi, residual=residual)
    named = WorkspaceReference(subscription=subscription, group=group, workspace=workspace, endpoint=endpoint)
    with open_workspace(target, stack, named) as client:
        drift = check_drift(client, settings, print_progress)
    if report:
        write_report(drift, report)
    for reason in drift.reasons:
        print_progress(reason)
    verdict = "has drifted" if drift.drifted else "is stable"
    print_result(drift.to_json(), f"{drift.data} {verdict} for {drift.model}", as_json=as_json)
    if drift.drifted:
        if receiver:
            request_retrain(drift, receiver)
            print_progress("asked for a retrain")
        raise typer.Exit(DRIFTED)
