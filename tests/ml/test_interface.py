"""What the model reports of a run to the platform, and where its jobs find sales."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml import interface
from ml.errors import InputError
from ml.warehouse.connect import connected
from ml.warehouse.settings import SnowflakeSettings


def registration(folder: Path, **content: object) -> Path:
    below = folder / "named-outputs" / "registration"
    below.mkdir(parents=True)
    (below / "registration.json").write_text(
        json.dumps({"name": "monthly-demand", "version": "4", **content})
    )
    return folder


@pytest.mark.parametrize(("passed", "expected"), [(True, "monthly-demand:4"), (False, None)])
def test_only_a_model_that_passed_its_gate_is_a_new_champion(
    tmp_path: Path, *, passed: bool, expected: str | None
) -> None:
    assert interface.registered(registration(tmp_path, registered=passed)) == expected


def test_a_run_that_registered_nothing_at_all_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no registration\.json"):
        interface.registered(tmp_path)


def test_made_up_sales_are_served_to_a_job_that_imports(tmp_path: Path) -> None:
    summary = interface.sample(tmp_path)
    rows = int(summary.split()[0].replace(",", ""))
    assert rows > 100_000
    with (
        interface.warehouse("import", tmp_path) as variables,
        connected(SnowflakeSettings.from_env(variables)) as session,
    ):
        assert next(iter(session.execute_string("SELECT COUNT(*) FROM SALES"))).fetchone() == (rows,)


def test_a_job_that_imports_nothing_needs_no_warehouse(tmp_path: Path) -> None:
    with interface.warehouse("train", tmp_path) as variables:
        assert variables == {}


def test_a_warehouse_without_sales_says_how_to_fill_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="roast data load FILE"), interface.warehouse(None):
        pass
