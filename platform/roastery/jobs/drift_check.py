"""Whether recent sales are still like those that the model in service was trained on."""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from roastery import files
from roastery.jobs.client import OnProgress, WorkspaceClient, silence_sdk
from roastery.jobs.endpoint import EndpointState, read_endpoint, tag_deployment
from roastery.jobs.errors import JobsError, translate_errors
from roastery.jobs.model_interface import ModelInterface, load_model_interface
from roastery.jobs.models import ModelVersion
from roastery.jobs.scoring import open_scoring_client
from roastery.jobs.telemetry import PSI, RESIDUAL, Metric, send_metrics
from roastery.jobs.webhook import Webhook

TRAINED = "trained_until"
DRIFT = "roast-drift"


@dataclass(frozen=True, kw_only=True)
class DriftSettings:
    """What to compare and what to allow.

    Args:
        data: the asset of raw sales, of which the newest version is read.
        days: that count as recent.
        psi: above it a feature has drifted.
        residual: the error may be so many times that of the backtest.
        metric: tag of the model with the error of its backtest.
    """

    data: str = "sales-raw"
    days: int = 60
    psi: float = 0.25
    residual: float = 1.5
    metric: str = "wape"


@dataclass(frozen=True, kw_only=True)
class DriftReport:
    """The result of a drift check."""

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
        """As the alert rules read them; what chance explains is not drift."""
        labels = {"model": self.model, "data": self.data}
        metrics = [
            Metric(
                name=PSI,
                value=_significant_psi(feature),
                properties={**labels, "feature": str(feature["feature"])},
            )
            for feature in self.features
        ]
        if self.residual and math.isfinite(self.residual["ratio"]):
            metrics.append(Metric(name=RESIDUAL, value=self.residual["ratio"], properties=labels))
        return metrics

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def check_drift(workspace: WorkspaceClient, settings: DriftSettings, on_progress: OnProgress) -> DriftReport:
    """Compares recent sales with training, and forecasts with what was sold; sends metrics, writes a tag.

    Raises:
        JobsError: no model is in service, or the sales can't be read.
        TransientError: a service does not answer.
    """
    endpoint = read_endpoint(workspace)
    live = max(
        (name for name, share in endpoint.traffic.items() if share),
        key=lambda name: endpoint.traffic[name],
        default=None,
    )
    model = endpoint.model(workspace, live) if live in endpoint.deployments else None
    if live is None or model is None:
        raise JobsError(
            f"no model is in service at {endpoint.name}", "roast model promote puts one into service"
        )
    trained_until = model.tags.get(TRAINED)
    if not trained_until:
        raise JobsError(
            f"{model} does not say until when it was trained", f"its tag {TRAINED} is missing: train it again"
        )
    interface = load_model_interface()
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        data = _download(workspace, settings.data, Path(folder))
        drift = interface.drift(Path(folder), trained_until, settings.days)
        residual = _residual(workspace, endpoint, model, interface, raw=Path(folder), metric=settings.metric)
    report = _report(model, live, data, drift=drift, residual=residual, settings=settings)
    send_metrics(report.metrics, workspace.credential, on_progress)
    state = "drifted" if report.drifted else "stable"
    tag_deployment(workspace, endpoint, live, {DRIFT: f"{state}: psi {report.psi:.2f} at {report.at}"})
    return report


def request_retrain(report: DriftReport, webhook: Webhook) -> None:
    """Sends the event that starts a retrain."""
    webhook.send(
        {"event": "drift", "model": report.model, "data": report.data, "reasons": list(report.reasons)}
    )


def write_report(report: DriftReport, file: Path) -> None:
    """The report as JSON, whole or not at all."""
    files.write(file, json.dumps(report.to_json(), indent=2))


def _download(workspace: WorkspaceClient, asset: str, folder: Path) -> str:
    from azure.ai.ml._artifacts._artifact_utilities import (  # noqa: PLC0415 - Microsoft's own advice; no public one
        download_artifact_from_aml_uri,
    )

    with translate_errors(f"the sales of {asset} can't be downloaded"), silence_sdk():
        data = workspace.ml.data.get(asset, label="latest")
        download_artifact_from_aml_uri(
            uri=data.path, destination=str(folder), datastore_operation=workspace.ml.datastores
        )
    return f"{asset}:{data.version}"


def _residual(
    workspace: WorkspaceClient,
    endpoint: EndpointState,
    model: ModelVersion,
    interface: ModelInterface,
    *,
    raw: Path,
    metric: str,
) -> Mapping[str, float] | None:
    """The endpoint's error for the months since training; None if there are none, or no backtest."""
    backtest = model.measure(metric)
    bodies, actual = interface.arrived(raw, model.tags[TRAINED])
    if not bodies or backtest is None:
        return None
    predicted: list[float] = []
    with open_scoring_client(
        workspace, endpoint.name, endpoint.url, bodies, interface.problem
    ) as scoring_client:
        for body in bodies:
            sample, answer = scoring_client.send(body)
            if sample.problem is not None:
                raise JobsError(f"the endpoint does not forecast the months since training: {sample.problem}")
            predicted += interface.forecasts(answer)
    return interface.residual(actual, predicted, backtest)


def _report(
    model: ModelVersion,
    live: str,
    data: str,
    *,
    drift: Mapping[str, Any],
    residual: Mapping[str, float] | None,
    settings: DriftSettings,
) -> DriftReport:
    features = tuple(drift["features"])
    reasons = [
        f"{feature['feature']}: psi {feature['psi']:.2f}, most at {feature['bin']} "
        f"({100 * feature['before']:.0f} % → {100 * feature['now']:.0f} %)"
        for feature in features
        if _significant_psi(feature) > settings.psi
    ]
    if residual and residual["ratio"] > settings.residual:
        reasons.append(
            f"the error is {100 * residual['wape']:.0f} %, {residual['ratio']:.1f} times that of the backtest"
        )
    return DriftReport(
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        model=str(model),
        deployment=live,
        data=data,
        drifted=bool(reasons),
        reasons=tuple(reasons),
        psi=max(map(_significant_psi, features), default=0.0),
        features=features,
        recent=f"{drift['recent_from']} to {drift['recent_until']}",
        residual=residual,
    )


def _significant_psi(feature: Mapping[str, Any]) -> float:
    """The PSI of a feature; 0 where chance explains it."""
    return float(feature["psi"]) if feature["psi"] > feature["noise"] else 0.0
