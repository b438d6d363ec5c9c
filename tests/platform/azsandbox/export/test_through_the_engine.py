"""A real `up` through Pulumi's engine, and its state as files for other tools."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox import commands
from azsandbox.errors import ProjectError
from azsandbox.export.redaction import PLACEHOLDER
from azsandbox.export.run import Exported, export
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

SMALL = Path(__file__).parent / "small"
SCOPE = "/subscriptions/11111111-2222-4333-8444-555555555555"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("sandbox-export"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small program, deployed once."""
    project = tmp_path_factory.mktemp("export") / "small"
    shutil.copytree(SMALL, project, ignore=shutil.ignore_patterns("__pycache__"))
    found = Project(root=project)
    done = commands.operate(found, "up", "dev", quiet=True)
    assert (done.exit_code, done.errors) == (0, [])
    return found


@pytest.fixture
def write(project: Project, tmp_path: Path) -> Callable[[str], tuple[Exported, Path]]:
    def export_to(kind: str) -> tuple[Exported, Path]:
        return export(project, "dev", kind, tmp_path / kind), tmp_path / kind

    return export_to


def test_the_template_is_what_a_reader_of_arm_expects(
    write: Callable[[str], tuple[Exported, Path]], golden: Callable[[str, str], None]
) -> None:
    done, out = write("arm")
    assert done.resources == 11
    golden("export/template.json", (out / "template.json").read_text())


def test_every_resource_of_the_state_stands_in_the_template_once_under_its_own_id(
    project: Project, write: Callable[[str], tuple[Exported, Path]]
) -> None:
    _, out = write("arm")
    found = [
        id_of(one, group)
        for group, resources in deployments(json.loads((out / "template.json").read_text()))
        for one in resources
    ]
    state = commands.resources_in_state(project, "dev")
    held = [one["id"] for one in state if one["type"].startswith("azure-native:")]
    assert sorted(found) == sorted(held)


def deployments(template: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(where, resources) of the template itself and of each nested deployment."""
    nested = [one for one in template["resources"] if one["type"] == "Microsoft.Resources/deployments"]
    above = [one for one in template["resources"] if one not in nested]
    inside = [
        (f"{SCOPE}/resourceGroups/{one['resourceGroup']}", one["properties"]["template"]["resources"])
        for one in nested
    ]
    return [(SCOPE, above), *inside]


def id_of(one: dict[str, Any], where: str) -> str:
    """The id that ARM gives a resource of a template."""
    namespace, *types = one["type"].split("/")
    if types == ["resourceGroups"]:
        return f"{where}/resourceGroups/{one['name']}"
    scope = f"{where}/providers/{one['scope']}" if "scope" in one else where
    pairs = zip(types, one["name"].split("/"), strict=True)
    return "/".join([scope, "providers", namespace, *(part for pair in pairs for part in pair)])


def test_what_needs_another_group_waits_for_its_deployment(
    write: Callable[[str], tuple[Exported, Path]],
) -> None:
    _, out = write("arm")
    waves: dict[str, Any] = {
        one["name"]: one
        for one in json.loads((out / "template.json").read_text())["resources"]
        if one["type"] == "Microsoft.Resources/deployments"
    }
    assert list(waves) == ["rg-data-1", "rg-net-1", "rg-data-2", "rg-net-2"]
    first = {
        name: f"{SCOPE}/resourceGroups/{name[:-2]}/providers/Microsoft.Resources/deployments/{name}"
        for name in waves
    }
    assert first["rg-net-1"] in waves["rg-data-2"]["dependsOn"]
    assert first["rg-data-1"] in waves["rg-net-2"]["dependsOn"]
    (endpoint,) = waves["rg-net-2"]["properties"]["template"]["resources"]
    assert endpoint["type"] == "Microsoft.Network/privateEndpoints"


def test_the_manifests_are_what_kubectl_takes(
    write: Callable[[str], tuple[Exported, Path]], golden: Callable[[str, str], None]
) -> None:
    done, out = write("kubernetes")
    assert done.files == [
        "manifests/0-cluster.yaml",
        "manifests/1-space.yaml",
        "releases/space-argo-workflows.values.yaml",
    ]
    golden("export/1-space.yaml", (out / "manifests" / "1-space.yaml").read_text())
    kinds = [one["kind"] for one in yaml.safe_load_all((out / "manifests" / "1-space.yaml").read_text())]
    assert kinds == ["ServiceAccount", "Secret", "WorkflowTemplate"]
    index = json.loads((out / "export.json").read_text())
    assert index["releases"] == [
        {
            "name": "argo-workflows",
            "namespace": "space",
            "chart": "argo-workflows",
            "chartName": "argo-workflows",
            "version": "1.0.18",
            "repository": "https://charts.example",
            "values": "releases/space-argo-workflows.values.yaml",
        }
    ]


@pytest.mark.parametrize("kind", ["arm", "kubernetes"])
def test_no_planted_secret_leaves(write: Callable[[str], tuple[Exported, Path]], kind: str) -> None:
    done, out = write(kind)
    files = [one for one in out.rglob("*") if one.is_file()]
    assert files
    for file in files:
        text = file.read_text()
        assert "planted" not in text, file
        assert "ciphertext" not in text, file
        assert "__redacted__" not in text, file
    assert any(PLACEHOLDER in file.read_text() for file in files)
    assert len(done.redacted) == {"arm": 1, "kubernetes": 2}[kind]


def test_a_stack_that_is_not_deployed_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="nothing of stack prod: roast sandbox up --stack prod first"):
        export(project, "prod", "arm", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
