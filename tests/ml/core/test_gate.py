from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
import pytest

from ml.core.backtest import CHAMPION
from ml.core.gate import Contender, Defender, Verdict, judge

NAIVE = Contender(name="seasonal-naive", kind="baseline", recipe="extended")
GROWTH = Contender(name="seasonal-naive-growth", kind="baseline", recipe="extended")
FOREST = Contender(name="random-forest", kind="model", recipe="extended")
LAGGED = Contender(name="lagged", kind="model", recipe="extended")
ALL = (NAIVE, GROWTH, FOREST, LAGGED)
SERVED = Defender(model="lagged", recipe="extended", trained_until="2024-06", hash="abc", version="3")


def rows(errors: Mapping[str, float | tuple[float, ...]], *, actual: float = 100.0) -> pd.DataFrame:
    """One row per candidate and origin, off by the given quantity; newest origin first."""
    origins = pd.to_datetime(["2024-09-01", "2024-06-01", "2024-03-01"])
    return pd.DataFrame(
        [
            {"candidate": name, "origin": origin, "actual": actual, "predicted": actual + error}
            for name, given in errors.items()
            for origin, error in zip(
                origins, given if isinstance(given, tuple) else (given,) * 3, strict=False
            )
        ]
    )


def verdict(errors: Mapping[str, float | tuple[float, ...]], served: Defender | None = None) -> Verdict:
    return judge(rows(errors), [c for c in ALL if c.name in errors], served)


def test_the_candidate_with_the_least_error_wins_and_without_a_champion_it_is_promoted() -> None:
    found = verdict({"seasonal-naive": 9, "random-forest": 7, "lagged": 4})
    assert (found.winner, found.promote) == ("lagged", True)
    assert found.winner_wape == pytest.approx(0.04)
    assert (found.champion, found.champion_wape) == (None, None)
    assert (found.baseline, found.baseline_wape) == ("seasonal-naive", pytest.approx(0.09))
    assert found.reason == (
        "lagged wins at WAPE 4.0 %; the best baseline, seasonal-naive, has 9.0 %; "
        "there is no champion yet, so it becomes the champion"
    )


def test_a_baseline_that_wins_is_promoted_like_any_other() -> None:
    found = verdict({"seasonal-naive": 9, "seasonal-naive-growth": 4, "random-forest": 12})
    assert (found.winner, found.baseline, found.promote) == (
        "seasonal-naive-growth",
        "seasonal-naive-growth",
        True,
    )
    assert "the best trained model, random-forest, has 12.0 %" in found.reason


def test_candidates_are_ranked_best_first() -> None:
    found = verdict({"seasonal-naive": 9, "seasonal-naive-growth": 4, "random-forest": 12, "lagged": 5})
    assert [c.name for c in found.candidates] == [
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
    found = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 4}, SERVED)
    assert not found.promote
    assert found.champion_wape == pytest.approx(0.04)
    assert found.reason.endswith(
        "the current champion v3 (lagged, trained until 2024-06) is better at 4.0 % against 5.0 % and stays"
    )


@pytest.mark.parametrize("champion", [5.0, 5 * (1 + 1e-10), 5 * (1 - 1e-10)])
def test_an_equal_champion_stays(champion: float) -> None:
    found = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: champion}, SERVED)
    assert not found.promote
    assert "does equally well and stays" in found.reason


def test_a_champion_that_is_beaten_is_replaced() -> None:
    found = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 5.01}, SERVED)
    assert found.promote
    assert found.reason.endswith(
        "it beats the current champion v3 (lagged, trained until 2024-06), "
        "which has 5.01 % against 5.00 %, and replaces it"
    )
    assert (found.champion_model, found.champion_version, found.champion_hash) == ("lagged", "3", "abc")


def test_the_champion_is_no_candidate_itself() -> None:
    found = verdict({"seasonal-naive": 9, CHAMPION: 1}, SERVED)
    assert found.winner == "seasonal-naive"
    assert [c.name for c in found.candidates] == ["seasonal-naive"]


def test_a_champion_is_compared_on_the_origins_it_has() -> None:
    """On the newest origin alone lagged has 2 against 3, although it has 22 over all three."""
    found = verdict({"seasonal-naive": 30, "lagged": (2, 10, 10), CHAMPION: (3,)}, SERVED)
    assert found.promote
    assert found.champion_wape == pytest.approx(0.03)
    assert "3.0 % against 2.0 % from the 1 of 3 origins it could be tested from" in found.reason


def test_a_champion_that_could_not_be_tested_is_replaced() -> None:
    found = verdict({"seasonal-naive": 9}, SERVED)
    assert found.promote
    assert (found.champion, found.champion_wape) == (CHAMPION, None)
    assert "could not be tested on these months, so it is replaced" in found.reason


def test_a_candidate_without_all_origins_of_the_baselines_cannot_win() -> None:
    found = verdict({"seasonal-naive": 9, "lagged": (1, 1)})
    assert found.winner == "seasonal-naive"
    left_out = found.candidates[-1]
    assert (left_out.name, left_out.comparable, left_out.origins) == ("lagged", False, 2)
    assert left_out.note == "could be tested from 2 of 3 origins only"


def test_a_candidate_without_any_forecast_cannot_win() -> None:
    found = judge(rows({"seasonal-naive": 9}), [NAIVE, LAGGED], None)
    assert found.candidates[-1].wape is None
    assert found.candidates[-1].origins == 0


def test_a_baseline_without_all_origins_cannot_win_either() -> None:
    found = verdict({"seasonal-naive": (1, 1), "seasonal-naive-growth": 9})
    assert found.winner == "seasonal-naive-growth"


def test_the_origins_that_count_are_those_of_the_baselines() -> None:
    found = verdict({"seasonal-naive": (5, 5), "lagged": (4, 4, 99)})
    assert (found.winner, found.candidates[1].comparable) == ("lagged", True)


def test_where_nothing_was_sold_the_error_decides_and_the_share_is_undefined() -> None:
    table = rows({"seasonal-naive": 9, "lagged": 5}, actual=0)
    found = judge(table, [NAIVE, LAGGED], None)
    assert (found.winner, found.winner_wape) == ("lagged", None)
    assert "undefined (nothing was sold)" in found.reason
    champion = judge(rows({"seasonal-naive": 0, CHAMPION: 0}, actual=0), [NAIVE], SERVED)
    assert not champion.promote


def test_without_baselines_the_most_complete_candidates_compete() -> None:
    found = judge(rows({"lagged": 5, "random-forest": 4}), [FOREST, LAGGED], None)
    assert (found.winner, found.baseline, found.baseline_wape) == ("random-forest", None, None)
    assert found.reason.startswith("random-forest wins at WAPE 4.0 %; there is no champion")


def test_a_verdict_is_plain_json() -> None:
    found = verdict({"seasonal-naive": 9, "lagged": 5, CHAMPION: 5.01}, SERVED)
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
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
