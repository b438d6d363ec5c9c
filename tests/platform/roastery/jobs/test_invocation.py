"""`roast model ask`: the model in service answers, or the user reads why it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typing_extensions import get_protocol_members

from roastery.jobs.model_interface import ModelInterface, load_model_interface

pytestmark = pytest.mark.xdist_group("api")


def test_the_model_in_service_answers(roast: Any, endpoint: Any, model: Any, rows: str) -> None:
    name = endpoint("blue", "green")
    code, _, err = roast("model", "ask", "--endpoint", name, "--rows", rows)
    assert (code, "no model is in service" in err) == (1, True)
    good = model("flat", role="champion")
    quick = ("--watch", "0", "--requests", "2", "--rows", rows)
    code, _, err = roast("model", "promote", "--endpoint", name, "--model", good, *quick)
    assert code == 0, err
    code, out, err = roast("model", "ask", "--endpoint", name, "--rows", rows, "--json")
    assert code == 0, err
    answer = json.loads(out)
    assert answer["deployment"] == "blue"
    assert answer["request"] == {"rows": [{"StoreID": "S1"}]}
    assert answer["answer"]["predictions"][0]["QuantitySold"] == 100.0
    code, out, err = roast("model", "ask", "--endpoint", name, "--rows", f"{rows}.gone")
    assert (code, out) == (2, "")
    assert "No such file" in err


def test_the_models_package_has_all_that_the_platform_asks() -> None:
    interface = load_model_interface()
    assert {name for name in get_protocol_members(ModelInterface) if not hasattr(interface, name)} == set()
