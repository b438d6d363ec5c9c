"""The verdicts of kube-apiserver on thousands of changed objects (`record.py`) are ours too."""

from __future__ import annotations

import functools
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.kubernetes import schemas

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from mutations import mutations  # noqa: E402 - next to this file

RECORDED: dict[str, Any] = json.loads((HERE / "agreement.json").read_text())
OBJECTS = {
    f"{manifest['kind']} {manifest['metadata']['name']}": manifest
    for manifest in yaml.safe_load((HERE / "objects.yaml").read_text())
}
SHARE = 4  # every fourth change, another one for each object: all of them take a minute
DIFFERENCES = {
    r"= 2147483648$": "server-side apply wraps a number of 33 bits, we refuse it",
    r"^spec\.serviceAccountName = ": "a pod's account must exist; charts create accounts that we do not know",
    r"^spec\.priorityClassName = ": "a pod's class must exist: checked when it is created",
    r"nodePort = ": "the range of node ports is not checked in a dry run",
    r"matchConditions\.0\.expression = ": "CEL is not compiled here",
}


@functools.lru_cache(maxsize=1)
def version() -> str:
    return str(RECORDED["kubernetes"])


def refused(manifest: dict[str, Any]) -> bool:
    return any(not problem.warning for problem in schemas.check(manifest, version()))


def explained(change: str) -> bool:
    return any(re.search(pattern, change) for pattern in DIFFERENCES)


def test_every_object_is_recorded() -> None:
    assert RECORDED["objects"].keys() == OBJECTS.keys()


@pytest.mark.parametrize("name", OBJECTS)
def test_the_verdict_is_that_of_the_api_server(name: str) -> None:
    manifest, verdicts = OBJECTS[name], RECORDED["objects"][name]
    changes = {"nothing": manifest, **dict(mutations(manifest))}
    assert len(changes) == verdicts["changes"], "record.py has to ask again"
    accepted = set(verdicts["accepted"])
    first = list(OBJECTS).index(name) % SHARE
    judged = {"nothing": manifest, **dict(list(changes.items())[first::SHARE])}
    wrong = [
        f"{'accepted' if change in accepted else 'refused'} by kube-apiserver: {change}"
        for change, changed in judged.items()
        if refused(changed) == (change in accepted) and not explained(change)
    ]
    assert wrong == []
