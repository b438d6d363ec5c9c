"""Responses of the API server."""

from __future__ import annotations

from azsandbox.kubernetes.apiserver.client import warnings


def test_warnings_are_read_from_the_headers() -> None:
    headers = ['299 - "one \\"quoted\\"", 299 - "two"', '299 - "three, four"']
    assert warnings(headers) == ['one "quoted"', "two", "three, four"]
