"""A fitted model on disk: a folder with everything a forecast needs, and no pickle in it.

`bundle.json` says what it is and lists files with their hashes; `profile.json` holds the stores; the other
listed files are the model's own dump. `intervals.json`, if the backtest could measure them, holds the widths;
it is not listed, because it joins a candidate only when that has won.
"""

from __future__ import annotations

import hashlib
import json
import os
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

FILE = "bundle.json"
PROFILE = "profile.json"
INTERVALS = "intervals.json"
FORMAT = 1

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
        folder: where to.
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


def load(folder: str | os.PathLike[str]) -> Predictor:
    """The predictor of a bundle, or of the one inside an MLflow model folder.

    Raises:
        InputError: there is no bundle, or it is not whole.
    """
    place = _find(Path(folder))
    about = _read(place / FILE)
    if about.get("format") != FORMAT:
        raise InputError(f"{place} has format {about.get('format')!r}", f"this version reads {FORMAT}")
    try:
        listed = {str(file): str(digest) for file, digest in about["files"].items()}
        files = {file: _checked(place, file, digest) for file, digest in listed.items()}
        profile = Profile.from_json(json.loads(files.pop(PROFILE)))
        measured = place / INTERVALS
        intervals = Intervals.from_json(_read(measured)) if measured.exists() else None
        model = models.load(str(about["model"]), files)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{place} is not a whole bundle: {_reason(error)}", "train the model again"
        ) from error
    return Predictor(model=model, profile=profile, intervals=intervals)


def _reason(error: Exception) -> str:
    """Why, in one line: a `KeyError` says no more than the key."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    return (str(error).splitlines() or [type(error).__name__])[0]


def _find(folder: Path) -> Path:
    if (folder / FILE).exists():
        return folder
    # MLflow keeps what it was handed under `data/`, in a folder of the name it had.
    for found in sorted(folder.glob(f"data/*/{FILE}")) + sorted(folder.glob(f"data/{FILE}")):
        return found.parent
    raise InputError(f"there is no model in {folder}", f"a bundle has a {FILE}, an MLflow model an MLmodel")


def _checked(place: Path, name: str, digest: str) -> bytes:
    path = place / name
    if path.parent != place:
        raise ValueError(f"{name!r} lies outside")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}", "train the model again") from None
    if _hash(content) != digest:
        raise InputError(f"{path} is not what was saved: its hash differs", "train the model again")
    return content


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is missing or broken: {error}", "train the model again") from None
    if not isinstance(value, dict):
        raise InputError(f"{path} is not a JSON object", "train the model again")
    return value


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
