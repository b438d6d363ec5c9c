from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml.core import models
from ml.core.models.base import FitOptions
from ml.core.profile import Profile
from ml.errors import GateLostError, InputError
from ml.steps import evaluate, register
from ml.store import bundle, frames, lineage, pyfunc, registry, tracking
from ml.store.champion import read_champion
from ml.store.lineage import content_hash

NAME = "monthly-demand"


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, panel: pd.DataFrame) -> dict[str, Path]:
    """The inputs of the step, made by the steps before it; baselines only, which takes no time."""
    return evaluated_folders(tmp_path_factory.mktemp("run"), panel)


def evaluated_folders(root: Path, panel: pd.DataFrame, champion: Path | None = None) -> dict[str, Path]:
    folders = {name: root / name for name in ("features", "models", "importance", "evaluation")}
    for name in ("features", "models", "importance"):
        folders[name].mkdir(parents=True)
    frames.write(panel, folders["features"] / "features.parquet")
    digest = content_hash(folders["features"])
    lineage.write(
        folders["features"],
        lineage.Lineage(source="preprocess", rows=len(panel), columns=tuple(panel.columns), hash=digest),
    )
    listed = [{"name": name, "kind": "baseline", "recipe": "extended"} for name in models.BASELINES]
    (folders["models"] / "candidates.json").write_text(json.dumps(listed))
    options, profile = FitOptions(), Profile.from_history(panel)
    for name in models.BASELINES:
        fitted = models.get(name).fit(panel, options)
        bundle.save(folders["models"] / name, model=fitted, profile=profile, options=options)
    (folders["importance"] / "importance.json").write_text("{}")
    inputs = ["--features", str(folders["features"]), "--models", str(folders["models"])]
    more = ["--champion", str(champion)] if champion else []
    evaluate.main([*inputs, *more, "--evaluation", str(folders["evaluation"])])
    return folders


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with MLflow's tables, which take a second to make."""
    file = tmp_path_factory.mktemp("tables") / "mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(tracking.URI, f"sqlite:///{file}")
        tracking.client().search_model_versions()
    return file


@pytest.fixture(autouse=True)
def store(tmp_path: Path, tables: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty registry, and an empty folder to stand in."""
    folder = tmp_path / "registry"
    folder.mkdir()
    shutil.copy(tables, folder)
    monkeypatch.setenv(tracking.URI, f"sqlite:///{folder / 'mlflow.db'}")
    for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return folder


def run(folders: dict[str, Path], out: Path, *more: str) -> dict[str, Any]:
    inputs = [part for name, path in folders.items() for part in (f"--{name}", str(path))]
    register.main([*inputs, "--registration", str(out), *more])
    return json.loads((out / "registration.json").read_text())


def served() -> registry.ChampionRef:
    champion = registry.champion(NAME)
    assert champion is not None
    return champion


def winner(folders: dict[str, Path]) -> str:
    return json.loads((folders["evaluation"] / "verdict.json").read_text())["winner"]


def test_the_winner_is_registered_with_what_tells_where_it_came_from(
    evaluated: dict[str, Path], tmp_path: Path
) -> None:
    registration = run(evaluated, tmp_path / "out")
    assert (
        registration["registered"],
        registration["new"],
        registration["name"],
        registration["version"],
    ) == (True, True, NAME, "1")
    assert registration["model_uri"] == "models:/monthly-demand/1"
    champion = served()
    assert (
        champion.hash
        == registration["hash"]
        == content_hash(pyfunc.bundle_folder(tmp_path / "out" / "model"))
    )
    assert champion.tags["model"] == winner(evaluated)
    assert champion.tags["recipe"] == "extended"
    assert champion.tags["trained_until"] == "2024-12"
    assert champion.tags["predecessor"] == "none"
    assert champion.tags["evaluation_hash"] == content_hash(evaluated["evaluation"])
    assert champion.tags["data_hash"] == lineage.read(evaluated["features"]).hash
    scores = json.loads((evaluated["evaluation"] / "scores.json").read_text())
    assert float(champion.tags["wape"]) == pytest.approx(
        scores["candidates"][winner(evaluated)]["wape"], rel=1e-5
    )
    run_id = tracking.client().get_model_version(NAME, "1").run_id
    logged = {a.path for a in tracking.client().list_artifacts(run_id)}
    assert logged == {"model", "evaluation", "importance"}


def test_the_registered_model_forecasts_like_the_candidate_with_the_intervals_of_the_backtest(
    evaluated: dict[str, Path], tmp_path: Path
) -> None:
    run(evaluated, tmp_path / "out")
    folder = served().download(tmp_path / "champion")
    predictor = bundle.load(folder)
    candidate = bundle.load(evaluated["models"] / winner(evaluated))
    asked = candidate.grid(3)
    ours, theirs = predictor.forecast(asked), candidate.forecast(asked)
    assert [forecast.quantity for forecast in ours] == [forecast.quantity for forecast in theirs]
    assert all(
        forecast.lower is not None and forecast.upper is not None and forecast.lower < forecast.upper
        for forecast in ours
    )
    assert theirs[0].lower is None


def test_mlflow_loads_it_checks_its_signature_and_forecasts(
    evaluated: dict[str, Path], tmp_path: Path
) -> None:
    run(evaluated, tmp_path / "out")
    mlflow = tracking.mlflow()
    loaded = tracking.mlflow("pyfunc").load_model(str(served().download(tmp_path / "champion")))
    asked = pd.DataFrame({"StoreID": ["S0", "new"], "Month": ["2025-01", "2025-02-14"], "Price": [4.0, None]})
    answer = loaded.predict(asked)
    assert list(answer.columns) == ["StoreID", "Month", "QuantitySold", "Lower", "Upper", "Fallback"]
    assert answer["Month"].tolist() == ["2025-01", "2025-02"]
    assert answer["Fallback"].tolist() == [None, "all"]
    assert (answer["Lower"] < answer["QuantitySold"]).all()
    with pytest.raises(mlflow.exceptions.MlflowException, match="Month"):
        loaded.predict(asked.drop(columns="Month"))
    numbers = {str(c.type) for c in loaded.metadata.get_output_schema().inputs if c.name == "QuantitySold"}
    assert numbers == {"DataType.double"}
    assert loaded.input_example is not None


def test_a_card_and_no_pickle_travel_with_it(evaluated: dict[str, Path], tmp_path: Path) -> None:
    run(evaluated, tmp_path / "out")
    model = tmp_path / "out" / "model"
    card = (model / pyfunc.CARD).read_text()
    assert f"**{winner(evaluated)}**" in card
    assert "6 stores by month, 2020-01 to 2024-12" in card
    files = [p for p in model.rglob("*") if p.is_file()]
    assert not [p for p in files if p.suffix in {".pkl", ".pickle", ".joblib", ".cloudpickle"}]
    assert not [
        p for p in files if p.read_bytes()[:1] == b"\x80" and p.read_bytes()[1:2] in b"\x02\x03\x04\x05"
    ]


def test_nothing_is_written_where_we_stand(evaluated: dict[str, Path], tmp_path: Path) -> None:
    run(evaluated, tmp_path / "out")
    assert list((tmp_path / "cwd").iterdir()) == []
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"registration.json", "model"}


def test_registering_again_changes_nothing(evaluated: dict[str, Path], tmp_path: Path) -> None:
    first = run(evaluated, tmp_path / "one")
    second = run(evaluated, tmp_path / "two")
    assert (second["registered"], second["new"], second["version"]) == (True, False, "1")
    assert second["hash"] == first["hash"]
    assert "has the same content" in second["reason"]
    assert len(tracking.client().search_model_versions()) == 1


def test_a_champion_that_stays_is_left_alone(
    evaluated: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    run(evaluated, tmp_path / "one")
    again = evaluated_folders(tmp_path / "again", panel, served().download(tmp_path / "champion"))
    registration = run(again, tmp_path / "two")
    assert (registration["registered"], registration["version"]) == (False, "1")
    assert "does equally well and stays" in registration["reason"]
    assert not (tmp_path / "two" / "model").exists()
    assert served().version == "1"


def test_a_better_model_takes_over_and_names_its_predecessor(
    tmp_path: Path, evaluated: dict[str, Path], panel: pd.DataFrame
) -> None:
    """The champion knows the months to 2023 only, after which sales doubled."""
    del evaluated
    grown = panel.copy()
    grown.loc[grown["Month"] >= pd.Timestamp("2024-01-01"), "QuantitySold"] *= 2
    old = evaluated_folders(tmp_path / "old", grown[grown["Month"] < pd.Timestamp("2024-01-01")])
    run(old, tmp_path / "one")
    champion = served().download(tmp_path / "champion")
    assert read_champion(champion).info.version == "1"
    new = evaluated_folders(tmp_path / "new", grown, champion)
    registration = run(new, tmp_path / "two")
    assert (registration["registered"], registration["version"]) == (True, "2")
    assert served().tags["predecessor"] == "1"
    assert served().tags["trained_until"] == "2024-12"


def test_a_champion_that_came_in_between_is_not_replaced(
    evaluated: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    other = evaluated_folders(tmp_path / "other", panel[panel["Month"] < pd.Timestamp("2024-10-01")])
    run(other, tmp_path / "one")
    registration = run(evaluated, tmp_path / "two")
    assert not registration["registered"]
    assert "which this evaluation did not compare with (evaluate again)" in registration["reason"]
    assert not (tmp_path / "two" / "model").exists()
    assert served().version == "1"


def test_a_required_model_that_lost_ends_the_step_and_registers_nothing(
    evaluated: dict[str, Path], tmp_path: Path
) -> None:
    loser = next(name for name in models.BASELINES if name != winner(evaluated))
    with pytest.raises(
        GateLostError, match=f"{loser} did not win the backtest: {winner(evaluated)} wins"
    ) as lost:
        run(evaluated, tmp_path / "out", "--require", loser)
    assert lost.value.exit_code == 3
    assert not (tmp_path / "out").exists()
    assert registry.champion(NAME) is None


def test_a_required_model_that_won_is_registered(evaluated: dict[str, Path], tmp_path: Path) -> None:
    assert run(evaluated, tmp_path / "out", "--require", winner(evaluated))["registered"]


def test_a_required_model_that_does_not_exist_is_a_mistake(
    evaluated: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"--require oracle: unknown candidate.*last-month"):
        run(evaluated, tmp_path / "out", "--require", "oracle")


def test_a_broken_evaluation_is_named(evaluated: dict[str, Path], tmp_path: Path) -> None:
    broken = shutil.copytree(evaluated["evaluation"], tmp_path / "broken")
    (broken / "verdict.json").write_text("{")
    with pytest.raises(InputError, match=r"verdict\.json is not JSON"):
        run({**evaluated, "evaluation": broken}, tmp_path / "out")


def test_another_name_is_another_model(evaluated: dict[str, Path], tmp_path: Path) -> None:
    registration = run(evaluated, tmp_path / "out", "--registered-model", "pilot")
    assert registration["name"] == "pilot"
    assert registry.champion(NAME) is None
    assert registry.champion("pilot") is not None
