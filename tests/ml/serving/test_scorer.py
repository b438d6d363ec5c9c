from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ml.core.predictor import Predictor
from ml.errors import InputError
from ml.serving.scorer import Scorer, find_model


@pytest.fixture
def scorer(predictor: Predictor) -> Scorer:
    return Scorer(predictor=predictor, name="monthly-demand", version="7")


def ask(scorer: Scorer, *rows: dict[str, object]) -> tuple[int, dict[str, object]]:
    return scorer.answer(json.dumps({"rows": rows}).encode())


def test_a_row_is_answered_with_quantity_model_and_version(scorer: Scorer) -> None:
    status, body = ask(scorer, {"StoreID": "S2", "Month": "2026-01"})
    assert status == 200
    assert body == {
        "model": {"name": "monthly-demand", "version": "7"},
        "predictions": [
            {
                "StoreID": "S2",
                "Month": "2026-01",
                "QuantitySold": pytest.approx(201.0 * 31),
                "Lower": None,
                "Upper": None,
                "Fallback": None,
                "Warnings": ["no interval: this model has no backtest"],
            }
        ],
    }


def test_an_unknown_store_is_answered_with_a_flagged_fallback(scorer: Scorer) -> None:
    status, body = ask(
        scorer,
        {"StoreID": "new", "Month": "2026-02", "Country": "México", "City": "León"},
        {"StoreID": "new", "Month": "2026-02", "Country": "México", "City": "Oaxaca"},
        {"StoreID": "new", "Month": "2026-02", "City": "Ur"},
    )
    predictions = body["predictions"]
    assert isinstance(predictions, list)
    assert status == 200
    assert [prediction["Fallback"] for prediction in predictions] == ["city", "country", "all"]
    # 2025 in León: 301 to 312 a day, one value per month
    assert predictions[0]["QuantitySold"] == pytest.approx(sum(range(301, 313)) / 12 * 28)


def test_a_month_too_far_ahead_is_a_bad_row(scorer: Scorer) -> None:
    status, body = ask(scorer, {"StoreID": "S1", "Month": "2026-01"}, {"StoreID": "S1", "Month": "2028-01"})
    assert status == 422
    assert body == {
        "error": {
            "message": "1 bad row",
            "rows": [
                {
                    "row": 1,
                    "field": "Month",
                    "reason": "is after 2027-12, 24 months past the last one of training",
                    "value": "2028-01",
                }
            ],
        }
    }


def test_what_is_no_request_is_answered_with_400(scorer: Scorer) -> None:
    assert scorer.answer(b"\xff")[0] == 400


def test_name_and_version_come_from_where_azure_ml_puts_a_model(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "azureml-models" / "monthly-demand" / "12"
    shutil.copytree(model, folder / "model")
    scorer = Scorer.load(folder)
    assert (scorer.name, scorer.version) == ("monthly-demand", "12")
    named = Scorer.load(folder, name="other", version="13")
    assert (named.name, named.version) == ("other", "13")


def test_a_folder_that_says_nothing_leaves_the_models_own_name(model: Path) -> None:
    scorer = Scorer.load(model)
    assert (scorer.name, scorer.version) == ("seasonal-naive", None)


def test_a_model_is_found_two_folders_down_and_no_deeper(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "a" / "b" / "c")
    assert find_model(tmp_path / "a") == tmp_path / "a" / "b" / "c"
    with pytest.raises(InputError, match="holds no model"):
        find_model(tmp_path)


def test_several_models_in_a_folder_are_named_and_none_is_guessed(model: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(model, tmp_path / name)
    with pytest.raises(InputError, match="holds several models: one, two"):
        find_model(tmp_path)


def test_a_missing_model_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the model folder .*absent does not exist"):
        find_model(tmp_path / "absent")


@pytest.mark.parametrize("name", ["bundle.json", "profile.json", "panel.json", "panel.npz"])
@pytest.mark.parametrize("damage", ["removed", "empty", "cut", "other"])
def test_a_damaged_model_is_refused_when_it_is_loaded(
    model: Path, tmp_path: Path, name: str, damage: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    (file,) = folder.rglob(name)
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[: len(whole) // 2], "other": b'{"other": 1}'}.get(damage, b""))
    if damage == "removed":
        file.unlink()
    with pytest.raises(InputError) as caught:
        Scorer.load(folder)
    assert "\n" not in str(caught.value)
