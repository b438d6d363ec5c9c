"""Models in the workspace's registry: which version is the champion, and how it was judged.

A pipeline registers a model with MLflow and tags it: `role` is `champion` on the newest that won, and the
measures of its backtest are tags too. Azure ML shows the tags of an MLflow version as those of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from typing import Any

from roastery.jobs.client import WorkspaceClient
from roastery.jobs.errors import JobsError, UsageError, translate_errors

ROLE = "role"
CHAMPION = "champion"


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    """A version of a registered model."""

    name: str
    version: str
    id: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"

    @property
    def reference(self) -> str:
        """As jobs and deployments name it."""
        return f"azureml:{self.name}:{self.version}"

    def measure(self, name: str) -> float | None:
        """A measure of its evaluation, from the tag of that name; None if that is not a finite number."""
        try:
            value = float(self.tags.get(name, ""))
        except ValueError:
            return None
        return value if isfinite(value) else None


def find_champion(workspace: WorkspaceClient, name: str | None = None) -> ModelVersion | None:
    """The newest version whose role is champion, of one model or of all of the workspace.

    Raises:
        JobsError: several models have a champion, and none is named.
    """
    with translate_errors("the models can't be listed"):
        names = [name] if name else [model.name for model in workspace.ml.models.list()]
        champions = [
            champion
            for model_name in dict.fromkeys(names)
            if (champion := _newest_champion(workspace.ml, model_name))
        ]
    if len(champions) > 1:
        raise JobsError(
            f"several models have a champion: {', '.join(map(str, champions))}",
            "name one: --model NAME:VERSION",
        )
    return champions[0] if champions else None


def find_version(workspace: WorkspaceClient, text: str) -> ModelVersion:
    """The version that `name:version` names.

    Raises:
        UsageError: it is not of that form.
        JobsError: there is no such version.
    """
    name, colon, version = text.removeprefix("azureml:").partition(":")
    if not (name and colon and version):
        raise UsageError(f"--model {text}: should be NAME:VERSION")
    models = _versions(workspace, name)
    for model in models:
        if model.version == version:
            return model
    versions = [model.version for model in models]
    close = get_close_matches(version, versions, n=1)
    hint = (
        f"did you mean {name}:{close[0]}?"
        if close
        else f"versions of {name}: {', '.join(versions) or 'none'}"
    )
    raise JobsError(f"there is no model {name}:{version}", hint)


def deployed_version(workspace: WorkspaceClient, reference: Any) -> ModelVersion | None:
    """The model that a deployment names by id; None if it names none."""
    text = str(getattr(reference, "id", reference) or "")
    parts = text.rstrip("/").split("/")
    if len(parts) < 4 or parts[-2] != "versions":  # noqa: PLR2004 - …/models/NAME/versions/VERSION
        name, _, version = text.removeprefix("azureml:").partition(":")
    else:
        name, version = parts[-3], parts[-1]
    if not name:
        return None
    registered = [model for model in _versions(workspace, name) if model.version == version]
    return registered[0] if registered else ModelVersion(name=name, version=version, id=text)


def _versions(workspace: WorkspaceClient, name: str) -> list[ModelVersion]:
    with translate_errors(f"the versions of model {name} can't be listed"):
        return [_model_version(model) for model in _list_versions(workspace.ml, name)]


def _newest_champion(ml: Any, name: str) -> ModelVersion | None:
    models = map(_model_version, _list_versions(ml, name))
    champions = [model for model in models if model.tags.get(ROLE) == CHAMPION]
    return max(
        champions, key=lambda model: int(model.version) if model.version.isdigit() else -1, default=None
    )


def _list_versions(ml: Any, name: str) -> list[Any]:
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - seconds to import

    try:
        return list(ml.models.list(name=name))
    except ResourceNotFoundError:
        return []


def _model_version(model: Any) -> ModelVersion:
    return ModelVersion(name=model.name, version=str(model.version), id=model.id, tags=dict(model.tags or {}))
