"""State files: what is read from them, and the errors about a wrong file."""

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
    ("text", "message"),
    [
        ("", "is not valid JSON"),
        ("\x00\x1f", "is not valid JSON"),
        ("[]", "has no resources"),
        ("3", "has no resources"),
        ("{}", "has no resources"),
        ('{"name": "package", "version": "1"}', "has no resources"),
        ('{"deployment": null}', "has no resources"),
        ('{"deployment": {"resources": {}}}', "has no resources"),
        ('{"deployment": {"resources": []}}', "has no resources: the stack was never deployed"),
        ('{"deployment": {"resources": [{"name": "x"}]}}', "has an incomplete resource: 'urn'"),
        ('{"deployment": {"resources": ["x"]}}', "write a state with: pulumi stack export"),
    ],
)
def test_a_file_that_is_not_a_state_is_a_one_line_error_that_says_what_to_do(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "state.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StateError) as caught:
        state.read(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_error_about_a_folder_or_a_missing_file_names_it(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(StateError, match="can't be read"):
            state.read(path)


def test_resources_that_are_pending_deletion_or_external_are_left_out() -> None:
    entries: list[dict[str, Any]] = [
        {"urn": URN, "type": "azure-native:storage:StorageAccount"},
        {"urn": URN, "type": "azure-native:storage:StorageAccount", "delete": True},
        {"urn": f"{URN}2", "type": "azure-native:storage:StorageAccount", "external": True},
    ]
    for content in (
        {"deployment": {"resources": entries}},
        {"checkpoint": {"latest": {"resources": entries}}},
    ):
        assert [resource.urn for resource in state.parse(content).resources] == [URN]


def test_ciphertext_is_a_secret_with_an_unknown_value(tmp_path: Path) -> None:
    marked = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    entry = {"urn": URN, "type": "azure-native:storage/v20240101:StorageAccount", "inputs": {"key": marked}}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": [entry]}}), encoding="utf-8")
    (resource,) = state.read(file).resources
    assert (resource.type, resource.inputs["key"]) == ("azure-native:storage:StorageAccount", Secret())


def test_lines_of_libraries_and_tools_are_not_source_lines() -> None:
    entry = {
        "urn": "urn:pulumi:dev::p::x:y:Z::it",
        "type": "x:y:Z",
        "stackTrace": [
            {"sourcePosition": "project:///.venv/lib/python3.11/site-packages/pulumi/x.py#3"},
            {},
            {"sourcePosition": "project:///platform/roastery/components/vault.py#7,12"},
            {"sourcePosition": "project:///../../usr/lib/python3.11/asyncio/x.py#1"},
            {"sourcePosition": "project:///stacks/__main__.py#18"},
        ],
    }
    (resource,) = state.parse({"deployment": {"resources": [entry]}}).resources
    assert resource.frames == (("platform/roastery/components/vault.py", 7), ("stacks/__main__.py", 18))
