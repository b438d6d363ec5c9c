"""The proof that a session started a stand-in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azsandbox import token
from azsandbox.errors import NotInSandboxError


def test_a_stand_in_serves_only_the_session_that_started_it(tmp_path: Path) -> None:
    proof = token.issue(tmp_path)
    assert token.require(proof) == tmp_path
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0
    for wrong in (
        {},
        {**proof, token.TOKEN: "guessed"},
        {**proof, token.SESSION: os.fspath(tmp_path / "none")},
    ):
        with pytest.raises(NotInSandboxError, match="only inside `azsandbox"):
            token.require(wrong)
