"""Whether recent sales still look like those that the model in service has learnt from."""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from roastery import files
from roastery.jobs import endpoint as endpoints
from roastery.jobs import model_side, scoring, telemetry
from roastery.jobs.client import Workspace, silently
from roastery.jobs.endpoint import Endpoint
from roastery.jobs.errors import JobsError, explained
from roastery.jobs.event import Webhook
from roastery.jobs.model_side import ModelSide
from roastery.jobs.models import Model
from roastery.jobs.telemetry import PSI, RESIDUAL, Metric

TRAINED = "trained_until"
DRIFT = "roast-drift"

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to compare and what to allow.

    Args:
        data: the asset of raw sales, of which the newest version is read.
        days: that count as recent.
        psi: above it a feature has drifted.
        residual: as often as large as in the backtest may the error be.
        metric: tag of the model with the error of its backtest.
    """

    data: str = "sales-raw"
    days: int = 60
    psi: float = 0.25
    residual: float = 1.5
    metric: str = "wape"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found."""

    at: str
    model: str
    deployment: str
    data: str
    drifted: bool
    reasons: tuple[str, ...]
    psi: float
    features: tuple[Mapping[str, Any], ...]
    recent: str
    residual: Mapping[str, float] | None

    @property
    def metrics(self) -> list[Metric]:
        """As the alert rules read them; what chance explains counts as no drift."""
        about = {"model": self.model, "data": self.data}
        found = [
            Metric(name=PSI, value=_beyond_chance(one), properties={**about, "feature": str(one["feature"])})
            for one in self.features
        ]
        if self.residual and math.isfinite(self.residual["ratio"]):
            found.append(Metric(name=RESIDUAL, value=self.residual["ratio"], properties=about))
        return found

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def monitor(workspace: Workspace, asked: Asked, tell: Tell) -> Report:
    """Compares recent sales with training, and forecasts with what was sold; writes metrics and a tag.

    Raises:
        JobsError: no model is in service, or the sales can't be read.
        TransientError: a service does not answer.
    """
    at = endpoints.read(workspace)
    live = max(
        (name for name, part in at.traffic.items() if part), key=lambda one: at.traffic[one], default=None
    )
    model = at.model(workspace, live) if live in at.deployments else None
    if live is None or model is None:
        raise JobsError(f"no model is in service at {at.name}", "roast promote puts one there")
    trained = model.tags.get(TRAINED)
    if not trained:
        raise JobsError(f"{model} does not say until when it was trained", f"its tag {TRAINED} is missing")
    side = model_side.model_side()
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        data = _download(workspace, asked.data, Path(folder))
        found = side.drift(Path(folder), trained, asked.days)
        residual = _residual(workspace, at, model, side, raw=Path(folder), metric=asked.metric)
    report = _report(model, live, data, found=found, residual=residual, asked=asked)
    telemetry.write(report.metrics, workspace.credential, tell)
    state = "drifted" if report.drifted else "stable"
    endpoints.note(workspace, at, live, {DRIFT: f"{state}: psi {report.psi:.2f} at {report.at}"})
    return report


def raise_event(report: Report, webhook: Webhook) -> None:
    """Asks for a retrain."""
    webhook.send(
        {"event": "drift", "model": report.model, "data": report.data, "reasons": list(report.reasons)}
    )


def write(report: Report, file: Path) -> None:
    """The report as JSON, whole or not at all."""
    files.write(file, json.dumps(report.to_json(), indent=2))


def _download(workspace: Workspace, asset: str, folder: Path) -> str:
    from azure.ai.ml._artifacts._artifact_utilities import (  # noqa: PLC0415 - Microsoft's own advice; no public one
        download_artifact_from_aml_uri,
    )

    with explained(f"the sales of {asset} can't be downloaded"), silently():
        found = workspace.ml.data.get(asset, label="latest")
        download_artifact_from_aml_uri(
            uri=found.path, destination=str(folder), datastore_operation=workspace.ml.datastores
        )
    return f"{asset}:{found.version}"


def _residual(
    workspace: Workspace, at: Endpoint, model: Model, side: ModelSide, *, raw: Path, metric: str
) -> Mapping[str, float] | None:
    """How wrong the endpoint is about the months that have come; None if there are none, or no backtest."""
    backtest = model.measure(metric)
    bodies, actual = side.arrived(raw, model.tags[TRAINED])
    if not bodies or backtest is None:
        return None
    predicted: list[float] = []
    with scoring.asking(workspace, at.name, at.url, bodies, side.problem) as asker:
        for body in bodies:
            sample, answer = asker.ask(body)
            if sample.problem is not None:
                raise JobsError(f"the endpoint does not forecast the months that have come: {sample.problem}")
            predicted += side.forecasts(answer)
    return side.residual(actual, predicted, backtest)


def _report(
    model: Model,
    live: str,
    data: str,
    *,
    found: Mapping[str, Any],
    residual: Mapping[str, float] | None,
    asked: Asked,
) -> Report:
    features = tuple(found["features"])
    reasons = [
        f"{one['feature']}: psi {one['psi']:.2f}, most at {one['bin']} "
        f"({100 * one['before']:.0f} % → {100 * one['now']:.0f} %)"
        for one in features
        if _beyond_chance(one) > asked.psi
    ]
    if residual and residual["ratio"] > asked.residual:
        reasons.append(
            f"the error is {100 * residual['wape']:.0f} %, {residual['ratio']:.1f} times that of the backtest"
        )
    return Report(
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        model=str(model),
        deployment=live,
        data=data,
        drifted=bool(reasons),
        reasons=tuple(reasons),
        psi=max(map(_beyond_chance, features), default=0.0),
        features=features,
        recent=f"{found['recent_from']} to {found['recent_until']}",
        residual=residual,
    )


def _beyond_chance(one: Mapping[str, Any]) -> float:
    return float(one["psi"]) if one["psi"] > one["noise"] else 0.0
