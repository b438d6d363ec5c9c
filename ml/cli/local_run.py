"""A run of the pipeline on this machine, as `roast run` and `roast demo` start it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ml.cli.headlines import read
from ml.cli.progress import Progress
from ml.core import models
from ml.errors import InputError
from ml.local import runner, source, tracking
from ml.local.contract import Event, ExternalState
from ml.local.records import RunRecord
from ml.pipeline import IMPORT, PIPELINE, REGISTER
from ml.spec import Scalar
from ml.store.atomic import whole_file
from ml.store.tracking import URI

REPORT = "report.html"


def execute(
    data: str | None, out: Path, params: dict[str, Scalar], *, encoding: str = "utf-8", display: Progress
) -> RunRecord:
    """Runs the pipeline on a file, or on what `--snowflake` means if there is none; copies the report out.

    Raises:
        MLError: as `ml.local.runner.run`.
    """
    _check_models(params)
    if data is None:
        sales = source.of_settings()
    else:
        sales = source.of_file(data, out, encoding=encoding, on_stage=display.on_stage)
    display.on_note(f"sales from {sales.label}")
    name = str(params.get("registered_model", PIPELINE.params["registered_model"].default))
    registry = tracking.use(out)
    champion = tracking.champion(name, out)
    with ExitStack() as warehouses:

        def on_event(event: Event) -> None:
            if event.step == IMPORT.name and event.state:
                warehouses.close()
            display.on_event(event)

        def settings(step: str) -> dict[str, str]:
            warehouse = warehouses.enter_context(sales.open()).to_env() if step == IMPORT.name else {}
            return {URI: registry, **warehouse}

        record = runner.run(
            PIPELINE,
            out,
            params,
            inputs={"champion": champion} if champion else {},
            external=ExternalState(
                sources={IMPORT.name: sales.fingerprint} if sales.fingerprint else {},
                effects={REGISTER.name: lambda: tracking.standing(name)},
            ),
            settings=settings,
            on_event=on_event,
        )
    with whole_file(out / REPORT) as part:
        part.write_bytes(record.output(out, "report", "report").read_bytes())
    return record


def summary(record: RunRecord, out: Path) -> dict[str, Any]:
    """The result of a run, for machines."""
    quality = read(record.output(out, "preprocess", "quality") / "quality.json")
    return {
        "state": record.state,
        "out": str(out.resolve()),
        "report": str((out / REPORT).resolve()),
        "seconds": record.seconds,
        "params": record.params,
        "steps": [step.model_dump(mode="json") for step in record.steps],
        "quality": {name: quality[name] for name in ("rows_in", "rows_valid", "rows_quarantined", "rules")},
        "reduction": quality["reduction"],
        "warnings": quality["warnings"],
        "verdict": read(record.output(out, "evaluate", "evaluation") / "verdict.json"),
        "customer_split": read(record.output(out, "evaluate", "evaluation") / "customer_split.json"),
        "registration": read(record.output(out, "register", "registration") / "registration.json"),
    }


def format_outcome(registration: Mapping[str, Any]) -> str:
    """Whether the winner was registered, in a few words."""
    name = f"registered as {registration['name']} version {registration['version']}"
    return name if registration["registered"] else "nothing was replaced"


def _check_models(params: dict[str, Scalar]) -> None:
    """Before minutes of work, not after."""
    chosen = [name.strip() for name in str(params.get("model") or "").split(",") if name.strip()]
    for name in chosen:
        if name in models.BASELINES:
            raise InputError(f"--model {name}: is a baseline", "baselines always take part")
        models.get(name)
    required = params.get("require")
    candidates = list(dict.fromkeys([models.CUSTOMER_MODEL, *chosen, *models.BASELINES]))
    if required and required not in candidates:
        raise InputError(f"--require {required}: is not in the run", f"there are: {', '.join(candidates)}")
