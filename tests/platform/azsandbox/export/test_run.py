"""The export command: from a state to a folder, or to the reason why there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main

GROUP = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack with a resource group and no objects in a cluster, as in the sandbox's backend."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    group: dict[str, Any] = {
        "urn": "urn:pulumi:dev::p::azure-native:resources:ResourceGroup::rg",
        "custom": True,
        "id": GROUP,
        "type": "azure-native:resources:ResourceGroup",
        "inputs": {"resourceGroupName": "rg", "location": "westeurope"},
    }
    file = tmp_path / ".roast" / "sandbox" / "state" / ".pulumi" / "stacks" / "p" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": [group]}}}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["sandbox", "export", "--stack", "dev", *arguments])
    return int(ended.value.code or 0)


def test_json_output_is_one_object(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--format", "arm", "--out", "out", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["format"], result["stack"], result["resources"], result["files"]) == (
        "arm",
        "dev",
        1,
        ["template.json"],
    )
    template = json.loads((project / "out" / "template.json").read_text())
    assert template["resources"] == [
        {
            "type": "Microsoft.Resources/resourceGroups",
            "apiVersion": "2024-03-01",
            "name": "rg",
            "location": "westeurope",
        }
    ]


def test_a_stack_without_a_reachable_cluster_has_no_manifests_and_a_note(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export("--format", "kubernetes", "--out", "out") == 0
    assert "declares no objects in a cluster" in capsys.readouterr().out
    assert not (project / "out").exists()


@pytest.mark.parametrize(
    ("kind", "out", "words"),
    [
        ("bicep", "out", "--format bicep is not supported, must be one of arm, kubernetes"),
        ("arm", ".", "--out . is not empty and not an earlier export"),
    ],
)
def test_a_wrong_option_is_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], kind: str, out: str, words: str
) -> None:
    before = sorted(project.rglob("*"))
    assert export("--format", kind, "--out", out) == 2
    errors = capsys.readouterr().err
    assert words in errors
    assert errors.count("\n") == 1
    assert sorted(project.rglob("*")) == before
