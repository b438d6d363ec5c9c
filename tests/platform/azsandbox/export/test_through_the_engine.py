"""A real deployment through Pulumi's engine, and the export of its state."""

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
from azsandbox.export.run import ExportResult, export
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
    deployed = Project(root=project)
    outcome = commands.operate(deployed, "up", "dev", quiet=True)
    assert (outcome.exit_code, outcome.errors) == (0, [])
    return deployed


@pytest.fixture
def write(project: Project, tmp_path: Path) -> Callable[[str], tuple[ExportResult, Path]]:
    def export_to(kind: str) -> tuple[ExportResult, Path]:
        return export(project, "dev", kind, tmp_path / kind), tmp_path / kind

    return export_to


def test_the_template_is_the_golden_file(
    write: Callable[[str], tuple[ExportResult, Path]], golden: Callable[[str, str], None]
) -> None:
    result, out = write("arm")
    assert result.resources == 11
    golden("export/template.json", (out / "template.json").read_text())


def test_every_resource_of_the_state_is_in_the_template_once_with_its_own_id(
    project: Project, write: Callable[[str], tuple[ExportResult, Path]]
) -> None:
    _, out = write("arm")
    identifiers = [
        id_of(resource, group)
        for group, resources in deployments(json.loads((out / "template.json").read_text()))
        for resource in resources
    ]
    state = commands.resources_in_state(project, "dev")
    expected = [resource["id"] for resource in state if resource["type"].startswith("azure-native:")]
    assert sorted(identifiers) == sorted(expected)


def deployments(template: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(where, resources) of the template itself and of each nested deployment."""
    nested = [
        resource
        for resource in template["resources"]
        if resource["type"] == "Microsoft.Resources/deployments"
    ]
    above = [resource for resource in template["resources"] if resource not in nested]
    inside = [
        (
            f"{SCOPE}/resourceGroups/{deployment['resourceGroup']}",
            deployment["properties"]["template"]["resources"],
        )
        for deployment in nested
    ]
    return [(SCOPE, above), *inside]


def id_of(resource: dict[str, Any], where: str) -> str:
    """The id that ARM gives a resource of a template."""
    namespace, *types = resource["type"].split("/")
    if types == ["resourceGroups"]:
        return f"{where}/resourceGroups/{resource['name']}"
    scope = f"{where}/providers/{resource['scope']}" if "scope" in resource else where
    pairs = zip(types, resource["name"].split("/"), strict=True)
    return "/".join([scope, "providers", namespace, *(part for pair in pairs for part in pair)])


def test_a_resource_depends_on_the_deployment_of_another_group(
    write: Callable[[str], tuple[ExportResult, Path]],
) -> None:
    _, out = write("arm")
    waves: dict[str, Any] = {
        resource["name"]: resource
        for resource in json.loads((out / "template.json").read_text())["resources"]
        if resource["type"] == "Microsoft.Resources/deployments"
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


def test_the_manifests_are_the_golden_file(
    write: Callable[[str], tuple[ExportResult, Path]], golden: Callable[[str, str], None]
) -> None:
    result, out = write("kubernetes")
    assert result.files == [
        "manifests/0-cluster.yaml",
        "manifests/1-space.yaml",
        "releases/space-argo-workflows.values.yaml",
    ]
    golden("export/1-space.yaml", (out / "manifests" / "1-space.yaml").read_text())
    kinds = [
        manifest["kind"] for manifest in yaml.safe_load_all((out / "manifests" / "1-space.yaml").read_text())
    ]
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
def test_no_secret_is_exported(write: Callable[[str], tuple[ExportResult, Path]], kind: str) -> None:
    result, out = write(kind)
    files = [file for file in out.rglob("*") if file.is_file()]
    assert files
    for file in files:
        text = file.read_text()
        assert "planted" not in text, file
        assert "ciphertext" not in text, file
        assert "__redacted__" not in text, file
    assert any(PLACEHOLDER in file.read_text() for file in files)
    assert len(result.redacted) == {"arm": 1, "kubernetes": 2}[kind]


def test_a_stack_that_is_not_deployed_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no resources of stack prod: run azsandbox up --stack prod first"):
        export(project, "prod", "arm", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
