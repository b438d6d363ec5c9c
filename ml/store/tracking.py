"""MLflow as ml uses it: quiet, offline, writing only to MLFLOW_TRACKING_URI."""

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

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SADeprecationWarning

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.store.atomic import is_full, whole_file

URI = "MLFLOW_TRACKING_URI"

_SETTINGS = {  # defaults: MLflow reads these when it is imported
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",  # it would copy a uv.lock from the current folder
}

_DOWN = {"INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"}
_DENIED = {"UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED", "PERMISSION_DENIED"}
_DISK = "disk I/O error"  # of SQLite, also where a file may not grow
_FAILED = "OperationalError"  # of the database; lines before it say which of MLflow's queries it was
_SPACE = "free some space, then run again"
_SQLITE = b"SQLite format 3\0"


def mlflow(submodule: str = "") -> Any:
    """The package, or a module of it, imported on first use: it takes seconds that few commands need."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    hints = logging.getLogger("mlflow.types.type_hints")
    # It logs every failure that it also raises, tracebacks included.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # importing it, MLflow warns of the type hints of its own chat models
        warnings.filterwarnings("ignore", message=".*Any type hint is inferred as AnyType")
        hints.setLevel(logging.ERROR)
        try:
            return import_module(f"mlflow.{submodule}" if submodule else "mlflow")
        finally:
            hints.setLevel(logging.NOTSET)


def uri() -> str:
    """The address of the store for runs and models.

    Raises:
        InputError: MLFLOW_TRACKING_URI is not set, or is not an address.
    """
    address = os.environ.get(URI, "")
    if not address:
        raise InputError(f"{URI} is not set", "for a file of your own, sqlite:////path/to/mlflow.db")
    if "://" not in address:
        raise InputError(
            f"{URI}={address} is not an address", "for a file of your own, sqlite:////path/to/mlflow.db"
        )
    return address


def without_credentials(address: str) -> str:
    """The address without a user and password in it."""
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
        raise InputError(f"{URI}={address} does not name a file", "as in sqlite:////path/to/mlflow.db")
    return Path(path).resolve()


def client() -> Any:
    """An `mlflow.MlflowClient` for `uri()`. A SQLite file is made if need be; `locked` while it is.

    Raises:
        InputError: the address is wrong or its file can't be made.
        UnreachableError: the store does not answer.
        AccessDeniedError: the store refuses the credentials.
    """
    address = uri()
    file = database(address)
    if file is not None:
        _prepare(file)
        if not file.exists() or not file.stat().st_size:
            _create(file)
    with explained(), _mapped_quietly():
        return mlflow().MlflowClient(address)


def _create(file: Path) -> None:
    """Makes the tables in a file that is renamed when they are complete.

    MLflow makes them one by one, and refuses for good a database in which only some of them are.
    """
    with whole_file(file) as part, explained(), _mapped_quietly():
        stores = mlflow("store.tracking.sqlalchemy_store")
        address = URL.create("sqlite", database=str(part)).render_as_string()
        store = stores.SqlAlchemyStore(address, (file.parent / "artifacts").as_uri())
        store.engine.dispose()


@contextmanager
def _mapped_quietly() -> Generator[None]:
    with warnings.catch_warnings():
        # MLflow maps its tables with SQLAlchemy's `noload`, which 2.1 deprecates
        warnings.filterwarnings("ignore", message="The ``noload``", category=SADeprecationWarning)
        yield


@contextmanager
def locked() -> Generator[None]:
    """One process at a time where the store is a SQLite file; a server does its own locking."""
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
    """Turns the errors of MLflow and of its connection into ours."""
    exceptions = mlflow("exceptions")
    try:
        yield
    except exceptions.MlflowException as error:
        registry = f"the model registry at {without_credentials(uri())}"
        if _is_local_failure(error):
            raise MLError(f"{registry} cannot be written: {_message(error)}", _SPACE) from error
        if error.error_code in _DOWN:
            raise UnreachableError(
                f"{registry} does not answer: {_message(error)}", f"check {URI}"
            ) from error
        kind = AccessDeniedError if error.error_code in _DENIED else MLError
        raise kind(f"{registry} refused: {_message(error)}") from error
    except (OSError, OperationalError) as error:
        if not _is_local_failure(error):
            raise
        raise MLError(
            f"the model registry at {without_credentials(uri())} cannot be written: {_message(error)}", _SPACE
        ) from error
    except ImportError as error:  # azureml:// without azureml-mlflow
        raise InputError(
            f"{URI}={without_credentials(uri())}: {_message(error)}", "install the plug-in for this address"
        ) from error


def _is_local_failure(error: BaseException) -> bool:
    """Whether a full or failing disk is the reason, and not a service."""
    return is_full(error) or (database(uri()) is not None and _DISK in str(error))


def _prepare(file: Path) -> None:
    """Checks the file before MLflow does, which would retry for half an hour."""
    hint = f"set {URI} to another file"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            with file.open("rb+") as stream:
                start = stream.read(len(_SQLITE))
            if start not in {b"", _SQLITE}:
                raise InputError(f"{file} is not a SQLite database", hint)
    except OSError as error:
        if is_full(error):
            raise MLError(f"no space left on the disk while writing {file}", "free some space") from error
        raise InputError(f"cannot write {file}: {error.strerror}", hint) from None
    if not os.access(file.parent, os.W_OK):
        raise InputError(f"cannot write {file}: permission denied", hint)


def _message(error: BaseException) -> str:
    """The line of the message that says why, without the password of an address in it."""
    lines = str(error).splitlines() or [type(error).__name__]
    line = next((line for line in lines if _FAILED in line), lines[0])
    return line.replace(uri(), without_credentials(uri()))
