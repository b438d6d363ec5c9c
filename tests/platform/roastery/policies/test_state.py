"""States of somebody else's: what is read of them, and what is said of a wrong file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import state
from roastery.policies.state import StateError
from roastery.policies.values import Secret

URN = "urn:pulumi:prod::p::azure-native:storage:StorageAccount::st"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no JSON"),
        ("\x00\x1f", "is no JSON"),
        ("[]", "holds no resources"),
        ("3", "holds no resources"),
        ("{}", "holds no resources"),
        ('{"name": "package", "version": "1"}', "holds no resources"),
        ('{"deployment": null}', "holds no resources"),
        ('{"deployment": {"resources": {}}}', "holds no resources"),
        ('{"deployment": {"resources": []}}', "is empty"),
        ('{"deployment": {"resources": [{"name": "x"}]}}', "holds a resource without its 'urn'"),
        ('{"deployment": {"resources": ["x"]}}', "is it an export of Pulumi"),
    ],
)
def test_a_file_that_is_no_state_is_one_line_that_says_what_to_do(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "state.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StateError) as caught:
        state.read(file)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_folder_and_a_file_that_is_not_there_are_named(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(StateError, match="can't be read"):
            state.read(place)


def test_what_waits_to_be_deleted_or_belongs_to_others_is_no_part_of_the_stack() -> None:
    entries: list[dict[str, Any]] = [
        {"urn": URN, "type": "azure-native:storage:StorageAccount"},
        {"urn": URN, "type": "azure-native:storage:StorageAccount", "delete": True},
        {"urn": f"{URN}2", "type": "azure-native:storage:StorageAccount", "external": True},
    ]
    for content in (
        {"deployment": {"resources": entries}},
        {"checkpoint": {"latest": {"resources": entries}}},
    ):
        assert [one.urn for one in state.parse(content).resources] == [URN]


def test_ciphertext_is_a_secret_that_is_not_known_here(tmp_path: Path) -> None:
    marked = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    entry = {"urn": URN, "type": "azure-native:storage/v20240101:StorageAccount", "inputs": {"key": marked}}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": [entry]}}), encoding="utf-8")
    (found,) = state.read(file).resources
    assert (found.type, found.inputs["key"]) == ("azure-native:storage:StorageAccount", Secret())
