"""The generated copy of a stack file, and what reaches the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from azsandbox import token
from azsandbox.errors import NotInSandboxError, ProjectError
from azsandbox.paths import Project
from azsandbox.pulumi import cli_wrapper, stackfile
from azsandbox.session import without_credentials

ENCRYPTED = """
encryptionsalt: v1:salt
secretsprovider: azurekeyvault://vault/keys/pulumi
config:
  app:plain: value
  app:password:
    secure: v1:AAAA:BBBB
  app:nested:
    user: someone
    key:
      secure: v1:CCCC:DDDD
"""


def test_encrypted_values_become_placeholders_and_the_key_is_forgotten(tmp_path: Path) -> None:
    source, target = tmp_path / "Pulumi.prod.yaml", tmp_path / "copy.yaml"
    source.write_text(ENCRYPTED)
    made = stackfile.generate(source, target)
    assert yaml.safe_load(target.read_text()) == {
        "config": {"app:plain": "value", "app:nested": {"user": "someone"}}
    }
    assert made.placeholders == {
        "app:password": stackfile.PLACEHOLDER,
        "app:nested.key": stackfile.PLACEHOLDER,
    }
    assert source.read_text() == ENCRYPTED


def test_an_unchanged_copy_is_kept_and_a_changed_one_keeps_its_salt(tmp_path: Path) -> None:
    source, target = tmp_path / "Pulumi.prod.yaml", tmp_path / "copy.yaml"
    source.write_text("config: {app:a: 1}\n")
    stackfile.generate(source, target).done()
    target.write_text("encryptionsalt: v1:ours\nconfig: {app:a: 1}\n")
    assert stackfile.generate(source, target).placeholders == {}
    assert "v1:ours" in target.read_text()
    source.write_text("config: {app:a: 2}\n")
    stackfile.generate(source, target)
    assert yaml.safe_load(target.read_text()) == {"encryptionsalt": "v1:ours", "config": {"app:a": 2}}


def test_a_project_is_found_from_below_and_missed_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "stacks").mkdir()
    assert Project.find(tmp_path / "stacks").root == tmp_path
    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml"):
        Project.find(Path("/"))


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["up", "--stack", "prod"], "up"),
        (["--color", "never", "preview"], "preview"),
        (["-C", "up", "destroy"], "destroy"),
        (["--version"], None),
    ],
)
def test_the_command_is_told_from_flags_and_their_values(arguments: list[str], command: str | None) -> None:
    assert cli_wrapper.command_of(arguments) == command


def test_options_are_read_in_both_spellings() -> None:
    assert cli_wrapper.option(["up", "--stack=prod"], "-s", "--stack") == "prod"
    assert cli_wrapper.option(["up", "-s", "dev"], "-s", "--stack") == "dev"
    assert cli_wrapper.option(["up"], "-s", "--stack") is None


def test_a_session_inherits_nothing_that_signs_in_somewhere() -> None:
    live = {"AZURE_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "x", "SNOWFLAKE_USER": "x", "KUBECONFIG": "x"}
    live |= {"PULUMI_ACCESS_TOKEN": "x", "PULUMI_BACKEND_URL": "x"}
    assert without_credentials({**live, "HOME": "/home/me", "LANG": "C"}) == {"HOME": "/home/me", "LANG": "C"}


def test_a_stand_in_serves_only_the_session_that_started_it(tmp_path: Path) -> None:
    proof = token.issue(tmp_path)
    assert token.require(proof) == tmp_path
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0
    for wrong in (
        {},
        {**proof, token.TOKEN: "guessed"},
        {**proof, token.SESSION: os.fspath(tmp_path / "none")},
    ):
        with pytest.raises(NotInSandboxError, match="serves `roast sandbox"):
            token.require(wrong)
