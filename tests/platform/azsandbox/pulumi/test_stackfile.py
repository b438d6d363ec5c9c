"""The generated copy of a stack file."""

from __future__ import annotations

from pathlib import Path

import yaml

from azsandbox.pulumi import stackfile

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


def test_encrypted_values_become_placeholders_and_the_key_is_left_out(tmp_path: Path) -> None:
    source, target = tmp_path / "Pulumi.prod.yaml", tmp_path / "copy.yaml"
    source.write_text(ENCRYPTED)
    copy = stackfile.generate(source, target)
    assert yaml.safe_load(target.read_text()) == {
        "config": {"app:plain": "value", "app:nested": {"user": "someone"}}
    }
    assert copy.placeholders == {
        "app:password": stackfile.PLACEHOLDER,
        "app:nested.key": stackfile.PLACEHOLDER,
    }
    assert source.read_text() == ENCRYPTED


def test_an_unchanged_copy_is_reused_and_a_changed_one_keeps_its_salt(tmp_path: Path) -> None:
    source, target = tmp_path / "Pulumi.prod.yaml", tmp_path / "copy.yaml"
    source.write_text("config: {app:a: 1}\n")
    stackfile.generate(source, target).mark_complete()
    target.write_text("encryptionsalt: v1:ours\nconfig: {app:a: 1}\n")
    assert stackfile.generate(source, target).placeholders == {}
    assert "v1:ours" in target.read_text()
    source.write_text("config: {app:a: 2}\n")
    stackfile.generate(source, target)
    assert yaml.safe_load(target.read_text()) == {"encryptionsalt": "v1:ours", "config": {"app:a": 2}}
