"""Objects between Pulumi and the API server."""

from __future__ import annotations

from typing import Any

from azsandbox.kubernetes.apiserver.values import inputs_of, manifest_of, outputs_of
from azsandbox.schema.values import Secret

LIVE: dict[str, Any] = {
    "kind": "ConfigMap",
    "metadata": {"name": "c", "uid": "1", "managedFields": [{}]},
    "data": {"a": "1"},
}


def test_what_is_sent_has_neither_secret_marks_nor_values_that_were_left_out() -> None:
    inputs = {"kind": "ConfigMap", "data": {"a": Secret("1"), "b": None}, "list": [{"c": None}, None]}
    assert manifest_of(inputs) == {"kind": "ConfigMap", "data": {"a": "1"}, "list": [{}], "metadata": {}}


def test_outputs_are_secret_where_the_inputs_are() -> None:
    outputs = outputs_of(LIVE, {"metadata": {"name": "c"}, "data": {"a": Secret("1")}})
    assert outputs["data"] == {"a": Secret("1")}
    assert outputs["metadata"] == {"name": "c", "uid": "1"}


def test_only_what_has_changed_since_the_write_replaces_an_input() -> None:
    inputs = {"spec": {"cpu": "1000m", "list": [{"a": 1}, {"a": 2}], "gone": 1}, "data": {"a": Secret("1")}}
    before = {
        "spec": {"cpu": "1", "list": [{"a": 1, "default": True}, {"a": 2}], "gone": 1},
        "data": {"a": "1"},
    }
    live = {"spec": {"cpu": "1", "list": [{"a": 1, "default": True}, {"a": 3}]}, "data": {"a": "2"}}
    assert inputs_of(live, inputs, before) == {
        "spec": {"cpu": "1000m", "list": [{"a": 1}, {"a": 3}]},
        "data": {"a": Secret("2")},
    }


def test_the_string_data_of_a_secret_is_compared_with_its_data() -> None:
    inputs = {"kind": "Secret", "stringData": Secret({"a": "x"})}
    live = {"kind": "Secret", "metadata": {}, "data": {"a": "eA=="}}
    outputs = outputs_of(live, inputs)
    assert outputs["stringData"] == Secret({"a": "x"})
    assert inputs_of(live, inputs, outputs) == inputs
    assert inputs_of({**live, "data": {"a": "eQ=="}}, inputs, outputs)["stringData"] == Secret({"a": "y"})
