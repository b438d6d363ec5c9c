"""MLflow as we use it: quiet, offline, writing only where MLFLOW_TRACKING_URI says."""

from __future__ import annotations

import fcntl
import logging
import os
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SADeprecationWarning

from ml.errors import InputError, MLError, Unreachable

URI = "MLFLOW_TRACKING_URI"

_SETTINGS = {  # MLflow reads these when it is imported; whoever sets them otherwise is right
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",  # it would copy the lock file of whatever folder we stand in
}

_DOWN = {"INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"}
_SQLITE = b"SQLite format 3\0"


def mlflow(submodule: str = "") -> Any:
    """The package, or a module of it, imported on first use: it takes seconds that few commands need."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    hints = logging.getLogger("mlflow.types.type_hints")
    with warnings.catch_warnings():
        # importing it, MLflow warns of the type hints of its own chat models
        warnings.filterwarnings("ignore", message=".*Any type hint is inferred as AnyType")
        hints.setLevel(logging.ERROR)
        try:
            return import_module(f"mlflow.{submodule}" if submodule else "mlflow")
        finally:
            hints.setLevel(logging.NOTSET)


def uri() -> str:
    """Where runs and models are kept.

    Raises:
        InputError: MLFLOW_TRACKING_URI is not set, or is no such address.
    """
    found = os.environ.get(URI, "")
    if not found:
        raise InputError(f"{URI} is not set", "for a file of your own, sqlite:////path/to/mlflow.db")
    if "://" not in found:
        raise InputError(
            f"{URI}={found} is no address", "for a file of your own, sqlite:////path/to/mlflow.db"
        )
    return found


def shown(address: str) -> str:
    """The address without a user and password that it may hold."""
    parts = urlsplit(address)
    return address.replace(f"{parts.netloc}", parts.netloc.rpartition("@")[2], 1)


def database(address: str) -> Path | None:
    """The file of a SQLite address, or `None` for any other store."""
    if not address.startswith("sqlite:"):
        return None
    try:
        path = make_url(address).database
    except ArgumentError:
        path = None
    if not path or path == ":memory:":
        raise InputError(f"{URI}={address} names no file", "as in sqlite:////path/to/mlflow.db")
    return Path(path).resolve()


def client() -> Any:
    """An `mlflow.MlflowClient` for `uri()`.

    Raises:
        InputError: the address is wrong or its file can't be made.
        Unreachable: the store does not answer.
    """
    address = uri()
    file = database(address)
    if file is not None:
        _prepare(file)
    with explained(), warnings.catch_warnings():
        # MLflow maps its tables with SQLAlchemy's `noload`, which 2.1 deprecates
        warnings.filterwarnings("ignore", message="The ``noload``", category=SADeprecationWarning)
        return mlflow().MlflowClient(address)


@contextmanager
def locked() -> Generator[None]:
    """One process at a time, where the store is a SQLite file; a server looks after itself."""
    file = database(uri())
    if file is None:
        yield
        return
    _prepare(file)
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def explained() -> Generator[None]:
    """Turns the failures of MLflow and of its connection into one line."""
    exceptions = mlflow("exceptions")
    try:
        yield
    except exceptions.MlflowException as error:
        place = f"the model registry at {shown(uri())}"
        if error.error_code in _DOWN:
            raise Unreachable(f"{place} does not answer: {_said(error)}", f"check {URI}") from error
        raise MLError(f"{place} refused: {_said(error)}") from error
    except ImportError as error:  # azureml:// without azureml-mlflow
        raise InputError(f"{URI}={shown(uri())}: {_said(error)}", "install its plug-in") from error


def _prepare(file: Path) -> None:
    """Finds out what is wrong with the file before MLflow does, which tries for half an hour."""
    hint = f"set {URI} to another place"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            with file.open("rb+") as found:
                start = found.read(len(_SQLITE))
            if start not in {b"", _SQLITE}:
                raise InputError(f"{file} is no SQLite database", hint)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", hint) from None
    if not os.access(file.parent, os.W_OK):
        raise InputError(f"cannot write {file}: permission denied", hint)


def _said(error: BaseException) -> str:
    """The first line of the message, without the password of an address in it."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return line.replace(uri(), shown(uri()))
