"""What a Helm chart makes: its manifests, where helm and the chart are on this machine.

The chart is looked for where the release names a folder or an archive, in the folder `ROAST_CHARTS`, and in
helm's own cache. Nothing is downloaded: a check must not wait for, or trust, a network.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from roastery.policies.model import DeclaredResource
from roastery.policies.values import Secret, Unknown, UnprovenError

FOLDER = "ROAST_CHARTS"
_SECONDS = 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class ChartManifests:
    """The objects that a chart makes; empty with the reason where they could not be had."""

    objects: tuple[Mapping[str, Any], ...] = ()
    reason: str = ""

    @property
    def rendered(self) -> bool:
        return not self.reason


def chart_label(release: DeclaredResource) -> str:
    """Name and version of a release's chart, for messages."""
    name = str(release.inputs.get("chart") or "").rstrip("/").rpartition("/")[2]
    return " ".join(filter(None, (name or release.name, str(release.inputs.get("version") or ""))))


def manifests(release: DeclaredResource) -> ChartManifests:
    """The objects of a release, by `helm template`."""
    program = shutil.which("helm")
    if program is None:
        return ChartManifests(reason="helm is not on this machine")
    try:
        values = json.dumps(_plain(release.get("values", {}), "values"), sort_keys=True)
        chart, version = str(release.get("chart", "")), str(release.get("version", ""))
        name = str(release.get("name", "") or release.name)
        namespace = str(release.get("namespace", "default"))
    except UnprovenError as unknown:
        return ChartManifests(reason=f"{unknown.path} is unknown before an update")
    archive = _archive(chart, version)
    if archive is None:
        return ChartManifests(reason="the chart is not on this machine")
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(namespace):
        return ChartManifests(reason=f"{name!r} is not a valid release name")
    return _render(program, archive, name, namespace, values)


@functools.lru_cache(maxsize=64)
def _render(program: str, archive: Path, name: str, namespace: str, values: str) -> ChartManifests:
    import yaml  # noqa: PLC0415 - most runs render nothing, and every preview waits for the pack to start

    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(values)
        file.flush()
        command = [program, "template", name, str(archive), "--namespace", namespace, "--values", file.name]
        try:
            process = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
                stdin=subprocess.DEVNULL,
            )
            if process.returncode:
                return ChartManifests(reason=f"helm template failed: {process.stderr.strip()[:200]}")
            documents = list(yaml.safe_load_all(process.stdout))
        except (OSError, subprocess.TimeoutExpired, yaml.YAMLError) as error:
            return ChartManifests(reason=f"helm template failed: {type(error).__name__}")
    return ChartManifests(
        objects=tuple(
            cast("dict[str, Any]", document) for document in documents if isinstance(document, dict)
        )
    )


def _archive(chart: str, version: str) -> Path | None:
    """The chart's folder or archive on this machine."""
    if chart and "://" not in chart and Path(chart).exists():
        return Path(chart)
    base = chart.rstrip("/").rpartition("/")[2]
    cache = os.environ.get("HELM_CACHE_HOME") or Path.home() / ".cache" / "helm"
    folders = [Path(os.environ[FOLDER])] if os.environ.get(FOLDER) else []
    for folder in (*folders, Path(cache) / "repository"):
        for candidate in (folder / f"{base}-{version}.tgz", folder / f"{base}-{version}"):
            if base and version and candidate.exists():
                return candidate
    return None


def _plain(value: Any, path: str) -> Any:
    """Values without markers; a secret is replaced, since no rule judges it and no file should hold it."""
    if isinstance(value, Unknown):
        raise UnprovenError(path)
    if isinstance(value, Secret):
        return "secret"
    if isinstance(value, dict):
        return {key: _plain(child, f"{path}.{key}") for key, child in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(child, f"{path}[{index}]") for index, child in enumerate(cast("list[Any]", value))]
    return value
