"""A secret that a service's own outputs repeat is still a secret."""

from __future__ import annotations

from azsandbox.arm.redaction import mark_secrets, secrets_of
from azsandbox.schema.values import Secret


def test_secret_texts_are_found_at_any_depth() -> None:
    inputs = {"plain": "a", "list": [{"first": Secret("b")}], "object": Secret({"second": ["c"]})}
    assert secrets_of(inputs) == {"b", "c"}


def test_outputs_that_repeat_a_secret_have_it_marked_again() -> None:
    outputs = mark_secrets({"a": ["x", {"b": "s"}], "c": 1}, {"s"})
    assert outputs == {"a": ["x", {"b": Secret("s")}], "c": 1}
