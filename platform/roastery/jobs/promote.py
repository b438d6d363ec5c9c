"""A champion goes into service as the idle colour, step by step, and comes back by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from roastery.jobs import ask, health, models, scoring, traffic
from roastery.jobs import endpoint as endpoints
from roastery.jobs.client import Workspace
from roastery.jobs.endpoint import BEFORE, FORCED, OUTCOME, PROMOTED, Endpoint
from roastery.jobs.errors import JobsError
from roastery.jobs.models import Model
from roastery.jobs.scoring import Asker

_SMOKE = 5
_EQUAL = 1e-9

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a promotion goes.

    Args:
        steps: shares of the traffic, one after the other.
        watch: seconds that each step is watched for.
        requests: sent at each step, half of them by the traffic's shares and half to the new deployment.
        limits: what the new deployment may do.
        ready: seconds that it may take to get ready.
        metric: tag that says how good a model is; less is better.
        force: reason to promote a model that is not better.
        rows: file with the body of a request; by default the model's side makes requests.
    """

    steps: Sequence[int] = (10, 50, 100)
    watch: float = 60.0
    requests: int = 40
    limits: health.Limits = field(default_factory=health.Limits)
    ready: float = 1800.0
    metric: str = "wape"
    force: str | None = None
    rows: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a promotion or a rollback did."""

    model: str
    deployment: str
    before: str | None
    changed: bool
    traffic: dict[str, int]


def promote(workspace: Workspace, wanted: str | None, plan: Plan, tell: Tell) -> Outcome:
    """Promotes a model.

    Args:
        workspace: where.
        wanted: `name:version`; by default the newest champion.
        plan: how.
        tell: takes a line per step.

    Raises:
        JobsError: there is nothing to promote or nowhere, the model is worse, it never gets ready, or it
            failed on the way; then the traffic is as it was.
        TransientError: Azure ML does not answer; the traffic is as it was, or the message says how it is.
    """
    at = endpoints.read(workspace)
    chosen = traffic.colours(at.name, at.deployments, at.traffic)
    model = models.find(workspace, wanted) if wanted else models.champion(workspace)
    if model is None:
        raise JobsError(
            "no model is a champion yet", "roast submit --wait trains one; or --model NAME:VERSION"
        )
    live = at.model(workspace, chosen.live)
    if live is not None and (live.name, live.version) == (model.name, model.version):
        tell(f"{model} is in service already, as {chosen.live}")
        return _outcome(model, str(chosen.live), live, at.traffic, changed=False)
    why = refusal(model, live, plan.metric)
    if why and not plan.force:
        raise JobsError(f"{model} is not promoted: {why}", "--force REASON does it all the same")
    with ask.requests(workspace, model, plan.rows, _SMOKE) as (bodies, check):
        tags = {
            PROMOTED: _now(),
            OUTCOME: "deploying",
            BEFORE: str(live or "none"),
            FORCED: plan.force or "no",
        }
        tell(f"deploying {model} as {chosen.idle}; {chosen.live or 'nothing'} stays in service")
        try:
            endpoints.deploy(workspace, at, chosen.idle, model=model, tags=tags, seconds=plan.ready)
        except JobsError:
            for line in endpoints.log(workspace, at, chosen.idle):
                tell(f"  {line}")
            raise
        tell(f"{chosen.idle} is ready")
        with scoring.asking(workspace, at.name, at.url, bodies, check) as asker:
            # Without a model in service there is nobody to share with.
            chosen = chosen if live else traffic.Colours(idle=chosen.idle, live=None)
            _shift(workspace, at, chosen, asker=asker, plan=plan, tell=tell)
    endpoints.note(workspace, at, chosen.idle, {OUTCOME: "in service"})
    tell(f"{model} is in service, as {chosen.idle}")
    shares = traffic.share(chosen, traffic.WHOLE, at.deployments)
    return _outcome(model, chosen.idle, live, shares, changed=True)


def refusal(model: Model, live: Model | None, metric: str) -> str | None:
    """Why a model should not replace the one in service; None if it should.

    One that the gate has judged against exactly that predecessor, on the same months, has won already. Else
    the measures of both decide, each from its own backtest.
    """
    if live is None:
        return None
    judged = model.tags.get("predecessor") == live.version and model.tags.get(models.ROLE) == models.CHAMPION
    if judged and model.name == live.name:
        return None
    new, old = model.measure(metric), live.measure(metric)
    if old is None:
        return None
    if new is None:
        return f"it has no tag {metric}, and {live} in service has {old:g}"
    return f"its {metric} is {new:g}, that of {live} in service {old:g}" if new > old + _EQUAL else None


def rollback(workspace: Workspace, to: str | None, rows: Path | None, tell: Tell) -> Outcome:
    """Gives all traffic back to the other colour, if it is healthy.

    Raises:
        JobsError: there is none to go back to, or it does not answer well; the traffic is as it was.
    """
    at = endpoints.read(workspace)
    if not at.deployments:
        raise JobsError(f"endpoint {at.name} has no deployment", "there is nothing to go back to")
    when = {name: (one.tags or {}).get(PROMOTED, "") for name, one in at.deployments.items()}
    target = traffic.back(when, at.traffic, to)
    model = at.model(workspace, target)
    if model is None or not at.ready(target):
        reason = "has no model" if model is None else f"is {endpoints.state(at.deployments[target])}"
        raise JobsError(
            f"{target} {reason}", "the traffic is as it was; roast promote puts a model into service"
        )
    with (
        ask.requests(workspace, model, rows, _SMOKE) as (bodies, check),
        scoring.asking(workspace, at.name, at.url, bodies, check) as asker,
    ):
        _smoke(asker, target)
    newest = next((name for name, part in at.traffic.items() if part and name != target), None)
    shares = dict.fromkeys(at.deployments, 0) | {target: traffic.WHOLE}
    endpoints.direct(workspace, at, shares)
    tell(f"all traffic goes to {target}, with {model}")
    if newest:
        endpoints.note(workspace, at, newest, {OUTCOME: f"rolled back by hand at {_now()}"})
    return _outcome(model, target, at.model(workspace, newest), shares, changed=True)


def _smoke(asker: Asker, deployment: str) -> None:
    for sample in asker.some(max(_SMOKE, len(asker.bodies)), deployment):
        if sample.problem is not None:
            raise JobsError(
                f"{deployment} does not answer real rows: {sample.problem}", "the traffic is as it was"
            )


def _shift(
    workspace: Workspace, at: Endpoint, chosen: traffic.Colours, *, asker: Asker, plan: Plan, tell: Tell
) -> None:
    """Smoke test, then step by step; back to how it was when anything goes wrong."""
    try:
        _smoke(asker, chosen.idle)
    except JobsError as error:
        endpoints.note(workspace, at, chosen.idle, {OUTCOME: f"failed: {error.message}"})
        raise
    tell(f"{chosen.idle} answers real rows")
    before = health.of(list(asker.some(plan.requests // 2, chosen.live))) if chosen.live else None
    steps = plan.steps if chosen.live else (traffic.WHOLE,)
    try:
        for part in steps:
            endpoints.direct(workspace, at, traffic.share(chosen, part, at.deployments))
            now = _watch(asker, chosen.idle, plan)
            tell(f"{chosen.idle} has {part} % of the traffic: {now}")
            _judge(f"{chosen.idle} at {part} % of the traffic", health.worse(now, before, plan.limits))
    except BaseException as error:
        _go_back(workspace, at, chosen, error, tell)
        raise


def _judge(what: str, why: str | None) -> None:
    if why:
        raise JobsError(f"{what}: {why}", "the traffic is as it was")


def _watch(asker: Asker, deployment: str, plan: Plan) -> health.Health:
    """Half of the requests go where the traffic leads them: those that others answered don't count."""
    half = max(1, plan.requests // 2)
    routed = list(asker.some(half, over=plan.watch / 2))
    named = list(asker.some(half, deployment, over=plan.watch / 2))
    return health.of([*named, *(one for one in routed if one.deployment in {deployment, None})])


def _go_back(
    workspace: Workspace, at: Endpoint, chosen: traffic.Colours, error: BaseException, tell: Tell
) -> None:
    """The traffic as it was; the error says if that did not work either."""
    shares = dict.fromkeys(at.deployments, 0) | {
        name: part for name, part in at.traffic.items() if name in at.deployments
    }
    try:
        endpoints.direct(workspace, at, shares)
    except JobsError as failed:
        tell(f"and it could not be taken back: {failed}; run roast rollback")
        return
    tell(f"went back: {traffic.said({name: part for name, part in shares.items() if part})} of the traffic")
    why = error.message if isinstance(error, JobsError) else type(error).__name__
    try:
        endpoints.note(workspace, at, chosen.idle, {OUTCOME: f"went back: {why}"})
    except JobsError as failed:
        tell(str(failed))


def _outcome(
    model: Model, deployment: str, before: Model | None, shares: Mapping[str, int], *, changed: bool
) -> Outcome:
    return Outcome(
        model=str(model),
        deployment=deployment,
        before=str(before) if before else None,
        changed=changed,
        traffic=dict(shares),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
