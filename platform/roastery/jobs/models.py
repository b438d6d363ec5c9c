"""Models in the workspace's registry: which one is the champion, and how it was judged.

A pipeline registers a model with MLflow and tags it: `role` is `champion` on the newest that won, and the
measures of its backtest are tags too. Azure ML shows the tags of an MLflow version as those of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from typing import Any

from roastery.jobs.client import Workspace
from roastery.jobs.errors import JobsError, UsageError, explained

ROLE = "role"
CHAMPION = "champion"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A version of a model."""

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
        """A measure of its evaluation, from the tag of that name; None if there is none that is a number."""
        try:
            value = float(self.tags.get(name, ""))
        except ValueError:
            return None
        return value if isfinite(value) else None


def champion(workspace: Workspace, name: str | None = None) -> Model | None:
    """The newest version whose role is champion, of one model or of all of the workspace.

    Raises:
        JobsError: several models have a champion, and none is named.
    """
    with explained("the models can't be listed"):
        names = [name] if name else [one.name for one in workspace.ml.models.list()]
        found = [newest for one in dict.fromkeys(names) if (newest := _newest(workspace.ml, one))]
    if len(found) > 1:
        raise JobsError(
            f"several models have a champion: {', '.join(map(str, found))}", "name one: --model NAME:VERSION"
        )
    return found[0] if found else None


def find(workspace: Workspace, text: str) -> Model:
    """The version that `name:version` names.

    Raises:
        UsageError: it is not of that form.
        JobsError: there is no such version.
    """
    name, colon, version = text.removeprefix("azureml:").partition(":")
    if not (name and colon and version):
        raise UsageError(f"--model {text}: should be NAME:VERSION")
    versions = _versions(workspace, name)
    for one in versions:
        if one.version == version:
            return one
    there = ", ".join(one.version for one in versions) or "none"
    close = get_close_matches(version, [one.version for one in versions], n=1)
    hint = f"did you mean {name}:{close[0]}?" if close else f"versions of {name}: {there}"
    raise JobsError(f"there is no model {name}:{version}", hint)


def of_reference(workspace: Workspace, reference: Any) -> Model | None:
    """The model that a deployment names by id; None if it has none, or if it is gone."""
    text = str(getattr(reference, "id", reference) or "")
    parts = text.rstrip("/").split("/")
    if len(parts) < 4 or parts[-2] != "versions":  # noqa: PLR2004 - …/models/NAME/versions/VERSION
        name, _, version = text.removeprefix("azureml:").partition(":")
    else:
        name, version = parts[-3], parts[-1]
    if not name:
        return None
    known = [one for one in _versions(workspace, name) if one.version == version]
    return known[0] if known else Model(name=name, version=version, id=text)


def _versions(workspace: Workspace, name: str) -> list[Model]:
    with explained(f"the versions of model {name} can't be listed"):
        return [_model(one) for one in _listed(workspace.ml, name)]


def _newest(ml: Any, name: str) -> Model | None:
    champions = [one for one in map(_model, _listed(ml, name)) if one.tags.get(ROLE) == CHAMPION]
    return max(champions, key=lambda one: int(one.version) if one.version.isdigit() else -1, default=None)


def _listed(ml: Any, name: str) -> list[Any]:
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - seconds to import

    try:
        return list(ml.models.list(name=name))
    except ResourceNotFoundError:
        return []


def _model(one: Any) -> Model:
    return Model(name=one.name, version=str(one.version), id=one.id, tags=dict(one.tags or {}))
