"""A fitted model on disk: a folder with everything a forecast needs, and no pickle in it.

`bundle.json` says what it is and lists the model's files with their hashes; `profile.json` holds the stores;
`intervals.json`, if the backtest could measure them, the widths. The files of the model are its own dump.
"""

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
    "skops",
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
) -> None:
    """Writes a bundle, whole or not at all."""
    files = model.dump()
    with whole_folder(folder) as part:
        for name, content in files.items():
            (part / name).write_bytes(content)
        _write(part / PROFILE, profile.to_json())
        if intervals is not None:
            _write(part / INTERVALS, intervals.to_json())
        _write(
            part / FILE,
            {
                "format": FORMAT,
                "model": model.name,
                "recipe": options.recipe,
                "horizon": options.horizon,
                "seed": options.seed,
                "trained_until": f"{month_of(profile.last_month):%Y-%m}",
                "versions": _versions(),
                "files": {name: _hash(content) for name, content in sorted(files.items())},
            },
        )


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
        name, listed = about["model"], dict(about["files"])
        files = {file: _checked(place / file, digest) for file, digest in listed.items()}
        profile = Profile.from_json(_read(place / PROFILE))
        measured = place / INTERVALS
        intervals = Intervals.from_json(_read(measured)) if measured.exists() else None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{place} is not a whole bundle: {error}", "train the model again") from error
    return Predictor(model=models.load(name, files), profile=profile, intervals=intervals)


def _find(folder: Path) -> Path:
    if (folder / FILE).exists():
        return folder
    # MLflow keeps what it was handed under `data/`, in a folder of the name it had.
    for found in sorted(folder.glob(f"data/*/{FILE}")) + sorted(folder.glob(f"data/{FILE}")):
        return found.parent
    raise InputError(f"there is no model in {folder}", f"a bundle has a {FILE}, an MLflow model an MLmodel")


def _checked(path: Path, digest: str) -> bytes:
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


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8")


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
