"""A fitted model on disk: a folder with everything a forecast needs, and no pickle in it.

`bundle.json` describes the model and lists files with their hashes; `profile.json` holds the stores; the
other listed files are the model's own dump. `intervals.json`, if the backtest could measure them, holds the
widths; it is not listed, because it is added to the winner only.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ml.core import models
from ml.core.forecasts import month_of
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions, Fitted
from ml.core.predictor import Predictor
from ml.core.profile import Profile
from ml.errors import InputError
from ml.store.atomic import whole_folder
from ml.store.documents import encode, read_json

FILE = "bundle.json"
PROFILE = "profile.json"
INTERVALS = "intervals.json"
FORMAT = 1

_HINT = "train the model again"

_LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "lightgbm",
    "xgboost-cpu",
    "xgboost",
    "keras",
    "jax",
)


def save(
    folder: str | os.PathLike[str],
    *,
    model: Fitted,
    profile: Profile,
    options: FitOptions,
    intervals: Intervals | None = None,
    features: str | None = None,
) -> None:
    """Writes a bundle, whole or not at all.

    Args:
        folder: where to write it.
        model: fitted with `options`.
        profile: of the history that `model` was fitted on.
        options: what the model was fitted with.
        intervals: of the model's backtest.
        features: hash of the `sales-features` that it was fitted on.
    """
    files = {**model.dump(), PROFILE: _json(profile.to_json())}
    with whole_folder(folder) as part:
        for name, content in files.items():
            (part / name).write_bytes(content)
        if intervals is not None:
            (part / INTERVALS).write_bytes(_json(intervals.to_json()))
        about = {
            "format": FORMAT,
            "model": model.name,
            "recipe": options.recipe,
            "horizon": options.horizon,
            "seed": options.seed,
            "trained_until": f"{month_of(profile.last_month):%Y-%m}",
            "features": features,
            "versions": _versions(),
            "files": {name: _hash(content) for name, content in sorted(files.items())},
        }
        (part / FILE).write_bytes(_json(about))


def add_intervals(folder: Path, intervals: Mapping[str, Any]) -> None:
    """Adds intervals, as `Intervals.to_json()`, to a bundle that has none."""
    (folder / INTERVALS).write_bytes(_json(intervals))


def load(folder: str | os.PathLike[str]) -> Predictor:
    """The predictor of a bundle, or of the one inside an MLflow model folder.

    Raises:
        InputError: there is no bundle, or it is incomplete.
    """
    root = _find(Path(folder))
    about = _read(root / FILE)
    if about.get("format") != FORMAT:
        raise InputError(f"{root} has format {about.get('format')!r}", f"this version reads {FORMAT}")
    try:
        listed = {str(file): str(digest) for file, digest in about["files"].items()}
        files = {file: _checked(root, file, digest) for file, digest in listed.items()}
        profile = Profile.from_json(json.loads(files.pop(PROFILE)))
        measured = root / INTERVALS
        intervals = Intervals.from_json(_read(measured)) if measured.exists() else None
        model = models.load(str(about["model"]), files)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{root} is not a complete bundle: {_reason(error)}", "train the model again"
        ) from error
    return Predictor(model=model, profile=profile, intervals=intervals)


def _reason(error: Exception) -> str:
    """Why, in one line: the text of a `KeyError` is only the key."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    return (str(error).splitlines() or [type(error).__name__])[0]


def _find(folder: Path) -> Path:
    if (folder / FILE).exists():
        return folder
    # MLflow copies the bundle to `data/`, into a folder of the same name.
    for path in sorted(folder.glob(f"data/*/{FILE}")) + sorted(folder.glob(f"data/{FILE}")):
        return path.parent
    raise InputError(f"{folder} holds no model", f"a bundle has a {FILE}, an MLflow model an MLmodel")


def _checked(root: Path, name: str, digest: str) -> bytes:
    path = root / name
    if path.parent != root:
        raise ValueError(f"{name!r} is outside the bundle")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", _HINT) from None
    if _hash(content) != digest:
        raise InputError(f"{path} was changed after it was saved: its hash differs", _HINT)
    return content


def _read(path: Path) -> dict[str, Any]:
    value = read_json(path, _HINT)
    if not isinstance(value, dict):
        raise InputError(f"{path} is not a JSON object", _HINT)
    return value


def _json(value: Mapping[str, Any]) -> bytes:
    return encode(value, indent=1, sort_keys=True)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _versions() -> dict[str, str]:
    versions: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
