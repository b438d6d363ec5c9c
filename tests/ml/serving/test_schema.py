"""Requests made from the published schema, and from what is near it, against the running server."""

from __future__ import annotations

import http.client
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ml.serving.server import HOST, Server

EXAMPLES = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
UTF8 = st.characters(exclude_categories=["Cs"])  # JSON in UTF-8 can hold all but lone surrogates
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.just("x" * 100_000),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def from_schema(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a JSON schema allows; knows the keywords that the document uses."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return st.deferred(lambda: from_schema(document["components"]["schemas"][name], document))
    if "anyOf" in schema:
        return st.one_of([from_schema(option, document) for option in schema["anyOf"]])
    if schema["type"] == "array":
        items = from_schema(schema["items"], document)
        return st.lists(items, min_size=schema.get("minItems", 0), max_size=4)
    if schema["type"] == "object":
        fields = {name: from_schema(field, document) for name, field in schema["properties"].items()}
        needed = {name: field for name, field in fields.items() if name in schema["required"]}
        rest = {name: field for name, field in fields.items() if name not in needed}
        return st.fixed_dictionaries(needed, optional=rest)
    return _scalars(schema)


def _scalars(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 20)
    return {
        "null": st.none(),
        "integer": st.integers(-(2**53), 2**53),
        "number": st.floats(lowest, highest, allow_nan=False, allow_infinity=False),
        "string": st.text(UTF8, min_size=shortest, max_size=longest),
    }[schema["type"]]


def post(server: Server, body: bytes) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    try:
        connection.request("POST", "/score", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "application/json"
        return response.status, json.loads(response.read(), parse_constant=pytest.fail)
    finally:
        connection.close()


@pytest.fixture(scope="session")
def document(server: Server) -> dict[str, Any]:
    """The OpenAPI document in the version whose schemas are JSON schemas, from the server itself."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    connection.request("GET", "/swagger.json?version=3.1")
    return json.loads(connection.getresponse().read())


def check(document: dict[str, Any], status: int, answer: Any) -> None:
    """The answer is one that the document tells of."""
    responses = document["paths"]["/score"]["post"]["responses"]
    assert str(status) in responses, answer
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(answer)


def request_schema(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/score"]["post"]["requestBody"]["content"]["application/json"]["schema"]


@EXAMPLES
@given(data=st.data())
def test_every_request_that_the_schema_allows_is_answered_as_it_says(
    server: Server, document: dict[str, Any], data: st.DataObject
) -> None:
    request = data.draw(from_schema(request_schema(document), document))
    status, answer = post(server, json.dumps(request).encode())
    check(document, status, answer)


@EXAMPLES
@given(rows=st.data())
def test_rows_within_reach_are_always_forecast(
    server: Server, document: dict[str, Any], rows: st.DataObject
) -> None:
    row = from_schema(document["components"]["schemas"]["Row"], document)
    near = st.sampled_from(["2020-02", "2025-12-31", "2026-01", "2027-12-31"])
    stores = st.sampled_from(["S1", "S2", "S3"]) | st.text(UTF8, min_size=1, max_size=20)
    drawn = rows.draw(
        st.lists(
            st.builds(
                lambda fields, month, store: {**fields, "Month": month, "StoreID": store}, row, near, stores
            ),
            min_size=1,
            max_size=4,
        )
    )
    status, answer = post(server, json.dumps(drawn).encode())
    check(document, status, answer)
    assert status == 200, answer
    assert [row["StoreID"] for row in answer["predictions"]] == [row["StoreID"] for row in drawn]


@EXAMPLES
@given(data=st.data(), junk=JUNK, seed=st.integers())
def test_a_request_with_junk_anywhere_in_it_is_never_the_servers_fault(
    server: Server, document: dict[str, Any], data: st.DataObject, junk: Any, seed: int
) -> None:
    request = data.draw(from_schema(request_schema(document), document))
    spoilt = _spoil(request, junk, random.Random(seed))  # noqa: S311 - drawn by hypothesis, to repeat it
    check(document, *post(server, json.dumps(spoilt).encode()))


@EXAMPLES
@given(body=st.binary(max_size=300) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_any_bytes_are_answered_with_a_refusal(server: Server, document: dict[str, Any], body: bytes) -> None:
    status, answer = post(server, body)
    check(document, status, answer)
    assert 400 <= status < 500


def _spoil(value: Any, junk: Any, chance: random.Random) -> Any:
    """`value` with one part of it, at any depth, replaced by `junk`, or with `junk` added."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice([*value, "another"])
        return {**value, key: _spoil(value.get(key), junk, chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        i = chance.randrange(len(value))
        return [*value[:i], _spoil(value[i], junk, chance), *value[i + 1 :]]
    return junk
