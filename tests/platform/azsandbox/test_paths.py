"""The folders of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.errors import ProjectError
from azsandbox.paths import Project


def test_a_project_is_found_from_its_subfolders_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "stacks").mkdir()
    assert Project.find(tmp_path / "stacks").root == tmp_path
    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml"):
        Project.find(Path("/"))
