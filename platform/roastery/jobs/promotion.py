"""Promoting a model: it goes into service as the idle colour, step by step, and back by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from roastery.jobs.client import OnProgress, WorkspaceClient
from roastery.jobs.endpoint import (
    BEFORE,
    FORCED,
    OUTCOME,
    PROMOTED,
    EndpointState,
    deploy_model,
    deployment_log,
    provisioning_state,
    read_endpoint,
    set_traffic,
    tag_deployment,
)
from roastery.jobs.errors import JobsError
from roastery.jobs.health import DeploymentHealth, HealthLimits, exceeded_limit, measure
from roastery.jobs.invocation import request_bodies
from roastery.jobs.models import CHAMPION, ROLE, ModelVersion, find_champion, find_version
from roastery.jobs.scoring import ScoringClient, open_scoring_client
from roastery.jobs.traffic import (
    ALL_TRAFFIC,
    BlueGreen,
    choose_deployments,
    format_traffic,
    rollback_target,
    split_traffic,
)

_SMOKE_REQUESTS = 5
_EQUAL = 1e-9


@dataclass(frozen=True, kw_only=True)
class PromotionPlan:
    """How a promotion goes.

    Args:
        steps: shares of the traffic, one after the other.
        watch: seconds that each step is watched for.
        requests: sent at each step, half of them by the traffic's shares and half to the new deployment.
        limits: what the new deployment may do.
        ready: seconds that it may take to get ready.
        metric: tag with the error of a model; less is better.
        force: reason to promote a model that is not better.
        rows: file with the body of a request; by default the model's package makes requests.
    """

    steps: Sequence[int] = (10, 50, 100)
    watch: float = 60.0
    requests: int = 40
    limits: HealthLimits = field(default_factory=HealthLimits)
    ready: float = 1800.0
    metric: str = "wape"
    force: str | None = None
    rows: Path | None = None


@dataclass(frozen=True, kw_only=True)
class PromotionResult:
    """What a promotion or a rollback did."""

    model: str
    deployment: str
    before: str | None
    changed: bool
    traffic: dict[str, int]


def promote(
    workspace: WorkspaceClient, wanted: str | None, plan: PromotionPlan, on_progress: OnProgress
) -> PromotionResult:
    """Promotes a model.

    Args:
        workspace: the client of the endpoint's workspace.
        wanted: `name:version`; by default the newest champion.
        plan: how it goes.
        on_progress: takes a line per step.

    Raises:
        JobsError: there is no model or no deployment to promote to, the model is worse, it never gets ready,
            or it failed on the way; then the traffic is as it was.
        TransientError: Azure ML does not answer; the traffic is as it was, or the message says how it is.
    """
    endpoint = read_endpoint(workspace)
    pair = choose_deployments(endpoint.name, endpoint.deployments, endpoint.traffic)
    model = find_version(workspace, wanted) if wanted else find_champion(workspace)
    if model is None:
        raise JobsError(
            "no model is a champion yet", "roast job submit --wait trains one; or --model NAME:VERSION"
        )
    live = endpoint.model(workspace, pair.live)
    if live is not None and (live.name, live.version) == (model.name, model.version):
        on_progress(f"{model} is in service already, as {pair.live}")
        return _result(model, str(pair.live), live, endpoint.traffic, changed=False)
    reason = refusal(model, live, plan.metric)
    if reason and not plan.force:
        raise JobsError(f"{model} is not promoted: {reason}", "--force REASON promotes it all the same")
    with request_bodies(workspace, model, plan.rows, _SMOKE_REQUESTS) as (bodies, check):
        _deploy(workspace, endpoint, pair, model=model, live=live, plan=plan, on_progress=on_progress)
        with open_scoring_client(workspace, endpoint.name, endpoint.url, bodies, check) as client:
            # Without a model in service there is no deployment to share the traffic with.
            pair = pair if live else BlueGreen(idle=pair.idle, live=None)
            _shift(workspace, endpoint, pair, client=client, plan=plan, on_progress=on_progress)
    tag_deployment(workspace, endpoint, pair.idle, {OUTCOME: "in service"})
    on_progress(f"{model} is in service, as {pair.idle}")
    shares = split_traffic(pair, ALL_TRAFFIC, endpoint.deployments)
    return _result(model, pair.idle, live, shares, changed=True)


def refusal(model: ModelVersion, live: ModelVersion | None, metric: str) -> str | None:
    """Why a model should not replace the one in service; None if it should.

    A model that the gate has judged against exactly that predecessor, on the same months, has won already.
    Else the measures of both decide, each from its own backtest.
    """
    if live is None:
        return None
    judged = model.tags.get("predecessor") == live.version and model.tags.get(ROLE) == CHAMPION
    if judged and model.name == live.name:
        return None
    new, old = model.measure(metric), live.measure(metric)
    if old is None:
        return None
    if new is None:
        return f"it has no tag {metric}, and {live} in service has {old:g}"
    return f"its {metric} is {new:g}, that of {live} in service {old:g}" if new > old + _EQUAL else None


def rollback(
    workspace: WorkspaceClient, to: str | None, rows: Path | None, on_progress: OnProgress
) -> PromotionResult:
    """Gives all traffic back to the other colour, if it is healthy.

    Raises:
        JobsError: there is none to go back to, or it does not answer well; the traffic is as it was.
    """
    endpoint = read_endpoint(workspace)
    if not endpoint.deployments:
        raise JobsError(f"endpoint {endpoint.name} has no deployment", "there is nothing to go back to")
    promoted_at = {
        name: (deployment.tags or {}).get(PROMOTED, "") for name, deployment in endpoint.deployments.items()
    }
    target = rollback_target(promoted_at, endpoint.traffic, to)
    model = endpoint.model(workspace, target)
    if model is None or not endpoint.ready(target):
        state = provisioning_state(endpoint.deployments[target])
        reason = "has no model" if model is None else f"is {state}"
        raise JobsError(
            f"{target} {reason}", "the traffic is as it was; roast model promote puts a model into service"
        )
    with (
        request_bodies(workspace, model, rows, _SMOKE_REQUESTS) as (bodies, check),
        open_scoring_client(workspace, endpoint.name, endpoint.url, bodies, check) as client,
    ):
        _smoke_test(client, target)
    newest = next((name for name, share in endpoint.traffic.items() if share and name != target), None)
    shares = dict.fromkeys(endpoint.deployments, 0) | {target: ALL_TRAFFIC}
    set_traffic(workspace, endpoint, shares)
    on_progress(f"all traffic goes to {target}, with {model}")
    if newest:
        tag_deployment(workspace, endpoint, newest, {OUTCOME: f"rolled back by hand at {_now()}"})
    return _result(model, target, endpoint.model(workspace, newest), shares, changed=True)


def _deploy(
    workspace: WorkspaceClient,
    endpoint: EndpointState,
    pair: BlueGreen,
    *,
    model: ModelVersion,
    live: ModelVersion | None,
    plan: PromotionPlan,
    on_progress: OnProgress,
) -> None:
    """The idle deployment gets the model; if it never gets ready, its log goes to `on_progress`."""
    tags = {
        PROMOTED: _now(),
        OUTCOME: "deploying",
        BEFORE: str(live or "none"),
        FORCED: plan.force or "no",
    }
    on_progress(f"deploying {model} as {pair.idle}; {pair.live or 'nothing'} stays in service")
    try:
        deploy_model(workspace, endpoint, pair.idle, model=model, tags=tags, seconds=plan.ready)
    except JobsError:
        for line in deployment_log(workspace, endpoint, pair.idle):
            on_progress(f"  {line}")
        raise
    on_progress(f"{pair.idle} is ready")


def _smoke_test(client: ScoringClient, deployment: str) -> None:
    for sample in client.send_many(max(_SMOKE_REQUESTS, len(client.bodies)), deployment):
        if sample.problem is not None:
            raise JobsError(
                f"{deployment} does not answer real rows: {sample.problem}", "the traffic is as it was"
            )


def _shift(
    workspace: WorkspaceClient,
    endpoint: EndpointState,
    pair: BlueGreen,
    *,
    client: ScoringClient,
    plan: PromotionPlan,
    on_progress: OnProgress,
) -> None:
    """Smoke test, then step by step; back to how it was when anything goes wrong."""
    try:
        _smoke_test(client, pair.idle)
    except JobsError as error:
        tag_deployment(workspace, endpoint, pair.idle, {OUTCOME: f"failed: {error.message}"})
        raise
    on_progress(f"{pair.idle} answers real rows")
    in_service = measure(list(client.send_many(plan.requests // 2, pair.live))) if pair.live else None
    steps = plan.steps if pair.live else (ALL_TRAFFIC,)
    try:
        for share in steps:
            set_traffic(workspace, endpoint, split_traffic(pair, share, endpoint.deployments))
            health = _watch(client, pair.idle, plan)
            on_progress(f"{pair.idle} has {share} % of the traffic: {health}")
            _require_health(
                f"{pair.idle} at {share} % of the traffic", exceeded_limit(health, in_service, plan.limits)
            )
    except BaseException as error:
        _restore_traffic(workspace, endpoint, pair, error, on_progress)
        raise


def _require_health(stage: str, problem: str | None) -> None:
    if problem:
        raise JobsError(f"{stage}: {problem}", "the traffic is as it was")


def _watch(client: ScoringClient, deployment: str, plan: PromotionPlan) -> DeploymentHealth:
    """Half of the requests follow the traffic: those that the other deployment answers don't count."""
    half = max(1, plan.requests // 2)
    routed = list(client.send_many(half, over=plan.watch / 2))
    direct = list(client.send_many(half, deployment, over=plan.watch / 2))
    return measure([*direct, *(sample for sample in routed if sample.deployment in {deployment, None})])


def _restore_traffic(
    workspace: WorkspaceClient,
    endpoint: EndpointState,
    pair: BlueGreen,
    error: BaseException,
    on_progress: OnProgress,
) -> None:
    """The traffic as it was; a line of progress says if that did not work either."""
    shares = dict.fromkeys(endpoint.deployments, 0) | {
        name: share for name, share in endpoint.traffic.items() if name in endpoint.deployments
    }
    try:
        set_traffic(workspace, endpoint, shares)
    except JobsError as failure:
        on_progress(f"and the traffic could not be set back: {failure}; run roast model rollback")
        return
    restored = format_traffic({name: share for name, share in shares.items() if share})
    on_progress(f"went back: {restored} of the traffic")
    reason = error.message if isinstance(error, JobsError) else type(error).__name__
    try:
        tag_deployment(workspace, endpoint, pair.idle, {OUTCOME: f"went back: {reason}"})
    except JobsError as failure:
        on_progress(str(failure))


def _result(
    model: ModelVersion,
    deployment: str,
    before: ModelVersion | None,
    shares: Mapping[str, int],
    *,
    changed: bool,
) -> PromotionResult:
    return PromotionResult(
        model=str(model),
        deployment=deployment,
        before=str(before) if before else None,
        changed=changed,
        traffic=dict(shares),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
