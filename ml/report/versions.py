"""The provenance of a run: data, model, parameters, packages, commit."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ml.report import format as fmt
from ml.report.sources import RunOutputs

PACKAGES = (
    "roastery",
    "scikit-learn",
    "lightgbm",
    "xgboost-cpu",
    "xgboost",
    "keras",
    "pandas",
    "polars",
    "numpy",
    "pyarrow",
    "mlflow-skinny",
)
COMMIT = "ROASTERY_COMMIT"
"""The environment variable that holds the commit in an image without the repository."""

Facts = tuple[tuple[str, str], ...]


def provenance() -> dict[str, str]:
    """Versions on this machine by name, and the commit of the code if it is known."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    commit = os.environ.get(COMMIT) or _checked_out()
    return versions | ({"commit": commit} if commit else {})


def _checked_out() -> str | None:
    """The commit of the checkout that holds this file, marked if there are changes."""
    root, git = Path(__file__).resolve().parents[2], shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    try:
        result = subprocess.run(
            [
                git,
                "-C",
                str(root),
                "describe",
                "--always",
                "--abbrev=12",
                "--dirty= with changes",
                "--exclude=*",
            ],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() or None


def facts(sources: RunOutputs, provenance: Mapping[str, str]) -> tuple[tuple[str, Facts], ...]:
    """Pairs of name and value under headings; what is not known is left out."""
    machine = {name: value for name, value in provenance.items() if name != "commit"}
    run: dict[str, str] = {"Code": provenance["commit"]} if "commit" in provenance else {}
    for lineage in sources.lineages.values():
        run |= {_named(name): str(value) for name, value in lineage.parameters.items() if value is not None}
    if sources.headlines:
        run |= {"Backtest origins": ", ".join(sources.headlines.origins)}
        run |= {"Months ahead": str(sources.headlines.horizon)} if sources.headlines.horizon else {}
    model: dict[str, str] = {}
    if sources.verdict:
        model["Winner"] = sources.verdict.winner
    if sources.bundle:
        training = {"Trained until": sources.bundle.trained_until, "Recipe": sources.bundle.recipe}
        training |= {"Seed": sources.bundle.seed}
        model |= {name: str(value) for name, value in training.items() if value is not None}
    if sources.registration and sources.registration.registered:
        registration = sources.registration
        pairs = {"Name": registration.name, "Version": registration.version, "Hash": registration.hash}
        model |= {name: str(value) for name, value in pairs.items() if value is not None}
    headed = {"Model": model, "Run": run, "Data": _data(sources), "Packages": machine}
    return tuple((title, tuple(pairs.items())) for title, pairs in headed.items() if pairs)


def _data(sources: RunOutputs) -> dict[str, str]:
    hashes: dict[str, str] = {}
    for name, lineage in sources.lineages.items():
        hashes |= {f"sales-{key}": value for key, value in lineage.inputs.items()}
        hashes[f"sales-{name}"] = f"{lineage.hash} ({fmt.plural(lineage.rows, 'row')})"
    return hashes


def _named(parameter: str) -> str:
    return parameter.replace("_", " ").capitalize()
