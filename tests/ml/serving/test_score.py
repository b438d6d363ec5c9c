"""The scoring script: what it loads, and what it logs when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.errors import InputError
from ml.serving import score


def test_init_says_in_one_line_why_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path))
    with pytest.raises(InputError):
        score.init()
    assert capsys.readouterr().err.startswith(f"error: {tmp_path} holds no model")
