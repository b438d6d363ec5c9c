"""Which model may replace the one in service: rules apart from any cloud."""

from __future__ import annotations

import pytest

from roastery.jobs.models import ModelVersion
from roastery.jobs.promotion import refusal


def model(version: str, **tags: str) -> ModelVersion:
    return ModelVersion(name="m", version=version, id="", tags=tags)


@pytest.mark.parametrize(
    ("new", "live", "refused"),
    [
        (model("2", wape="0.3"), None, False),
        (model("2", wape="0.1"), model("1", wape="0.2"), False),
        (model("2", wape="0.2"), model("1", wape="0.2"), False),
        (model("2", wape="0.3"), model("1", wape="0.2"), True),
        (model("2"), model("1", wape="0.2"), True),
        (model("2", wape="nan"), model("1", wape="0.2"), True),
        (model("2"), model("1"), False),
        # the gate has compared them on the same months
        (model("2", wape="0.3", role="champion", predecessor="1"), model("1", wape="0.2"), False),
        (model("2", wape="0.3", role="retired", predecessor="1"), model("1", wape="0.2"), True),
        (model("3", wape="0.3", role="champion", predecessor="2"), model("1", wape="0.2"), True),
    ],
)
def test_a_worse_model_is_refused(new: ModelVersion, live: ModelVersion | None, refused: bool) -> None:
    assert (refusal(new, live, "wape") is not None) == refused
