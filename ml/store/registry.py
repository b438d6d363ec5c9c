"""The model registry: MLflow on a local SQLite file, and by the same calls on Azure ML.

Only what Azure ML's MLflow service supports is used. It has no logged models (it answers 404: issue 44896 of
Azure/azure-sdk-for-python), so a model is saved to a folder, uploaded as an artifact of a run and registered
from there, never `log_model`. It supports tags of versions and search by name, but neither aliases nor search
by tag ("Manage models registry in Azure Machine Learning with MLflow", learn.microsoft.com): so the champion
is the newest version whose tag `role` is `champion`. The plug-in, azureml-mlflow 1.62, passes registry calls
on as they are.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.errors import InputError, MLError
from ml.store import tracking
from ml.store.atomic import whole_folder

ROLE = "role"
CHAMPION = "champion"
RETIRED = "retired"
HASH = "content_hash"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_MODEL = "model"


class ChampionChangedError(MLError):
    """Another champion was registered after this evaluation compared its candidates with the earlier one."""


@dataclass(frozen=True, kw_only=True)
class ChampionRef:
    """A version in the registry."""

    name: str
    version: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def uri(self) -> str:
        return f"models:/{self.name}/{self.version}"

    @property
    def hash(self) -> str | None:
        """Hash of the bundle that was registered."""
        return self.tags.get(HASH)

    def download(self, folder: str | os.PathLike[str]) -> Path:
        """Copies the MLflow model into `folder`, whole or not at all.

        Raises:
            MLError: its files are missing.
        """
        artifacts = tracking.mlflow("artifacts")
        with whole_folder(folder) as part, tracking.explained():
            artifacts.download_artifacts(
                artifact_uri=self.uri, dst_path=str(part), tracking_uri=tracking.uri()
            )
        return Path(folder)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is registered with a model."""

    tags: Mapping[str, str]
    """Of the version; `HASH` is among them."""
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    artifacts: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Folders to attach to the run, by name."""


def champion(name: str) -> ChampionRef | None:
    """The version in service: the newest whose role is champion, or `None`.

    Raises:
        InputError: the name is not one a registry takes, or MLFLOW_TRACKING_URI is wrong.
        UnreachableError: the registry does not answer.
        AccessDeniedError: the registry refuses the credentials.
    """
    _check(name)
    file = tracking.database(tracking.uri())
    if file is not None and not file.exists():
        return None
    with tracking.locked():  # a database that is being created has no tables yet
        client = tracking.client()
        with tracking.explained():
            champions = _champions(client, name)
    return champions[0] if champions else None


def register(name: str, model: Path, entry: Entry, *, over: str | None) -> tuple[ChampionRef, bool]:
    """Registers an MLflow model folder as the new champion.

    Args:
        name: of the registered model.
        model: folder with an MLmodel file.
        entry: tags, parameters, metrics and artifacts of the version.
        over: hash of the champion that it was compared with, `None` if there was none.

    Returns:
        The champion, and whether it is new: a champion with the same hash is left as it is.

    Raises:
        ChampionChangedError: the champion is not the one that `over` names.
        InputError: as for `champion`.
        UnreachableError: the registry does not answer.
        AccessDeniedError: the registry refuses the credentials.
    """
    _check(name)
    for folder in (model / "MLmodel", *entry.artifacts.values()):
        if not folder.exists():  # MLflow would upload nothing and report no error
            raise InputError(f"{folder} does not exist")
    with tracking.locked():
        client = tracking.client()
        with tracking.explained():
            champions = _champions(client, name)
            current = champions[0] if champions else None
            if current is not None and current.hash == entry.tags[HASH]:
                return current, False
            if (current.hash if current else None) != over:
                raise ChampionChangedError(
                    f"the champion of {name} is now version {current.version if current else 'none'}, "
                    "which this evaluation did not compare with",
                    "evaluate again",
                )
            version = _create(client, name, model, entry)
            for old in _champions(client, name):
                if int(old.version) < int(version):
                    client.set_model_version_tag(name, old.version, ROLE, RETIRED)
    return ChampionRef(name=name, version=version, tags={**entry.tags, ROLE: CHAMPION}), True


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} is not a valid name of a registered model",
            "up to 255 letters, digits, dots, dashes and underscores, a letter or digit first",
        )


def _champions(client: Any, name: str) -> list[ChampionRef]:
    """Versions with the role champion, newest first; two while a promotion is under way."""
    exceptions = tracking.mlflow("exceptions")
    champions: list[ChampionRef] = []
    token: str | None = None
    while True:
        try:
            page = client.search_model_versions(f"name='{name}'", page_token=token)
        except exceptions.MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return []
            raise
        champions += [
            ChampionRef(name=name, version=str(version.version), tags=dict(version.tags))
            for version in page
            if version.tags.get(ROLE) == CHAMPION
        ]
        token = page.token
        if not token:
            return sorted(champions, key=lambda champion: -int(champion.version))


def _create(client: Any, name: str, model: Path, entry: Entry) -> str:
    """Logs a run with the model and creates a version of it, which has the role champion from the start."""
    exceptions = tracking.mlflow("exceptions")
    job_run = os.environ.get("MLFLOW_RUN_ID")  # the run of the Azure ML job
    run = client.get_run(job_run) if job_run else client.create_run(_experiment(client, name), run_name=name)
    run_id = run.info.run_id
    try:
        _log(client, run_id, entry)
        client.log_artifacts(run_id, str(model), _MODEL)
        try:
            client.create_registered_model(name)
        except exceptions.MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        source = f"{run.info.artifact_uri.rstrip('/')}/{_MODEL}"
        version = client.create_model_version(
            name, source, run_id=run_id, tags={**entry.tags, ROLE: CHAMPION}
        )
    except BaseException:
        if not job_run:
            client.set_terminated(run_id, "FAILED")
        raise
    if not job_run:
        client.set_terminated(run_id)
    return str(version.version)


def _log(client: Any, run_id: str, entry: Entry) -> None:
    entities = tracking.mlflow("entities")
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[entities.Metric(key, value, now, 0) for key, value in entry.metrics.items()],
        params=[entities.Param(key, value) for key, value in entry.params.items()],
        tags=[entities.RunTag(key, value) for key, value in entry.tags.items()],
    )
    for name, folder in entry.artifacts.items():
        client.log_artifacts(run_id, str(folder), name)


def _experiment(client: Any, name: str) -> str:
    """The id of the experiment. Artifacts of a SQLite store go beside it, not into the current folder."""
    experiment = os.environ.get("MLFLOW_EXPERIMENT_NAME", name)
    known = client.get_experiment_by_name(experiment)
    if known is not None:
        return known.experiment_id
    file = tracking.database(tracking.uri())
    location = (file.parent / "artifacts").as_uri() if file else None
    return client.create_experiment(
        os.environ.get("MLFLOW_EXPERIMENT_NAME", name), artifact_location=location
    )
