from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
import pytest

from ml.core.backtest import CHAMPION
from ml.core.gate import Challenger, ChampionInfo, Verdict, judge

NAIVE = Challenger(name="seasonal-naive", kind="baseline", recipe="extended")
GROWTH = Challenger(name="seasonal-naive-growth", kind="baseline", recipe="extended")
FOREST = Challenger(name="random-forest", kind="model", recipe="extended")
LAGGED = Challenger(name="lagged", kind="model", recipe="extended")
ALL = (NAIVE, GROWTH, FOREST, LAGGED)
SERVED = ChampionInfo(model="lagged", recipe="extended", trained_until="2024-06", hash="abc", version="3")


def rows(errors: Mapping[str, float | tuple[float, ...]], *, actual: float = 100.0) -> pd.DataFrame:
    """One row per candidate and origin, off by the given quantity; newest origin first."""
    origins = pd.to_datetime(["2024-09-01", "2024-06-01", "2024-03-01"])
    return pd.DataFrame(
        [
            {"candidate": name, "origin": origin, "actual": actual, "predicted": actual + error}
            for name, per_origin in errors.items()
            for origin, error in zip(
                origins, per_origin if isinstance(per_origin, tuple) else (per_origin,) * 3, strict=False
            )
        ]
    )


def verdict(errors: Mapping[str, float | tuple[float, ...]], served: ChampionInfo | None = None) -> Verdict:
    return judge(rows(errors), [c for c in ALL if c.name in errors], served)


def test_the_candidate_with_the_least_error_wins_and_without_a_champion_it_is_promoted() -> None:
    result = verdict({"seasonal-naive": 9, "random-forest": 7, "lagged": 4})
    assert (result.winner, result.promote) == ("lagged", True)
    assert result.winner_wape == pytest.approx(0.04)
    assert (result.champion, result.champion_wape) == (None, None)
    assert (result.baseline, result.baseline_wape) == ("seasonal-naive", pytest.approx(0.09))
    assert result.reason == (
        "lagged wins at WAPE 4.0 %; the best baseline, seasonal-naive, has 9.0 %; "
        "there is no champion yet, so it becomes the champion"
    )


def test_a_baseline_that_wins_is_promoted_like_any_other() -> None:
    result = verdict({"seasonal-naive": 9, "seasonal-naive-growth": 4, "random-forest": 12})
    assert (result.winner, result.baseline, result.promote) == (
        "seasonal-naive-growth",
        "seasonal-naive-growth",
        True,
    )
    assert "the best trained model, random-forest, has 12.0 %" in result.reason


def test_candidates_are_ranked_best_first() -> None:
    result = verdict({"seasonal-naive": 9, "seasonal-naive-growth": 4, "random-forest": 12, "lagged": 5})
    assert [c.name for c in result.candidates] == [
        "seasonal-naive-growth",
        "lagged",
        "seasonal-naive",
        "random-forest",
    ]


def test_of_equal_candidates_the_simpler_one_wins() -> None:
    assert verdict({"seasonal-naive": 5, "lagged": 5}).winner == "seasonal-naive"
    assert verdict({"seasonal-naive": 5 * (1 + 1e-10), "lagged": 5}).winner == "seasonal-naive"
    assert verdict({"seasonal-naive": 5 * (1 + 1e-6), "lagged": 5}).winner == "lagged"


def test_the_origins_count_by_what_was_sold_not_equally() -> None:
    """Summed over origins: 3 + 3 + 3 against 0 + 0 + 8."""
    assert verdict({"seasonal-naive": 3, "lagged": (0, 0, 8)}).winner == "lagged"


def test_a_better_champion_stays() -> None:
    result = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 4}, SERVED)
    assert not result.promote
    assert result.champion_wape == pytest.approx(0.04)
    assert result.reason.endswith(
        "the current champion v3 (lagged, trained until 2024-06) is better at 4.0 % against 5.0 % and stays"
    )


@pytest.mark.parametrize("champion", [5.0, 5 * (1 + 1e-10), 5 * (1 - 1e-10)])
def test_an_equal_champion_stays(champion: float) -> None:
    result = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: champion}, SERVED)
    assert not result.promote
    assert "does equally well and stays" in result.reason


def test_a_champion_that_is_beaten_is_replaced() -> None:
    result = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 5.01}, SERVED)
    assert result.promote
    assert result.reason.endswith(
        "it beats the current champion v3 (lagged, trained until 2024-06), "
        "which has 5.01 % against 5.00 %, and replaces it"
    )
    assert (result.champion_model, result.champion_version, result.champion_hash) == ("lagged", "3", "abc")


def test_the_champion_is_no_candidate_itself() -> None:
    result = verdict({"seasonal-naive": 9, CHAMPION: 1}, SERVED)
    assert result.winner == "seasonal-naive"
    assert [c.name for c in result.candidates] == ["seasonal-naive"]


def test_a_champion_is_compared_on_the_origins_it_has() -> None:
    """On the newest origin alone lagged has 2 against 3, although it has 22 over all three."""
    result = verdict({"seasonal-naive": 30, "lagged": (2, 10, 10), CHAMPION: (3,)}, SERVED)
    assert result.promote
    assert result.champion_wape == pytest.approx(0.03)
    assert "3.0 % against 2.0 % from the 1 of 3 origins it could be tested from" in result.reason


def test_a_champion_that_could_not_be_tested_is_replaced() -> None:
    result = verdict({"seasonal-naive": 9}, SERVED)
    assert result.promote
    assert (result.champion, result.champion_wape) == (CHAMPION, None)
    assert "could not be tested on these months, so it is replaced" in result.reason


def test_a_candidate_without_all_origins_of_the_baselines_cannot_win() -> None:
    result = verdict({"seasonal-naive": 9, "lagged": (1, 1)})
    assert result.winner == "seasonal-naive"
    left_out = result.candidates[-1]
    assert (left_out.name, left_out.comparable, left_out.origins) == ("lagged", False, 2)
    assert left_out.note == "could be tested from 2 of 3 origins only"


def test_a_candidate_without_any_forecast_cannot_win() -> None:
    result = judge(rows({"seasonal-naive": 9}), [NAIVE, LAGGED], None)
    assert result.candidates[-1].wape is None
    assert result.candidates[-1].origins == 0


def test_a_baseline_without_all_origins_cannot_win_either() -> None:
    result = verdict({"seasonal-naive": (1, 1), "seasonal-naive-growth": 9})
    assert result.winner == "seasonal-naive-growth"


def test_the_origins_that_count_are_those_of_the_baselines() -> None:
    result = verdict({"seasonal-naive": (5, 5), "lagged": (4, 4, 99)})
    assert (result.winner, result.candidates[1].comparable) == ("lagged", True)


def test_where_nothing_was_sold_the_error_decides_and_the_share_is_undefined() -> None:
    table = rows({"seasonal-naive": 9, "lagged": 5}, actual=0)
    result = judge(table, [NAIVE, LAGGED], None)
    assert (result.winner, result.winner_wape) == ("lagged", None)
    assert "undefined (nothing was sold)" in result.reason
    champion = judge(rows({"seasonal-naive": 0, CHAMPION: 0}, actual=0), [NAIVE], SERVED)
    assert not champion.promote


def test_without_baselines_the_most_complete_candidates_compete() -> None:
    result = judge(rows({"lagged": 5, "random-forest": 4}), [FOREST, LAGGED], None)
    assert (result.winner, result.baseline, result.baseline_wape) == ("random-forest", None, None)
    assert result.reason.startswith("random-forest wins at WAPE 4.0 %; there is no champion")


def test_a_verdict_is_plain_json() -> None:
    result = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 5.01}, SERVED)
    plain = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert plain["winner"] == "lagged"
    assert plain["candidates"][0] == {
        "name": "lagged",
        "kind": "model",
        "recipe": "extended",
        "wape": pytest.approx(0.05),
        "origins": 3,
        "comparable": True,
        "note": "",
    }
