"""Values of the wire format and of state files."""

from __future__ import annotations

from roastery.policies.values import REDACTED, UNKNOWN, Secret, decode


def test_wire_values_become_what_policies_compare() -> None:
    marked = "4dabf18193072939515e22adb298388d"
    sign = "1b47061264138c4ac30d75fd1eb44270"
    assert decode({"n": 3.0, "x": 0.5}) == {"n": 3, "x": 0.5}
    assert decode("04da6b54-80e4-46f7-96ec-b56ff0331ba9") is UNKNOWN
    assert decode({marked: sign, "value": "v"}) == Secret("v")
    assert decode({marked: sign, "ciphertext": "v1:x"}) == Secret()
    assert decode({marked: sign, "plaintext": '{"a": 1}'}) == Secret({"a": 1})
    assert decode(REDACTED) == Secret()
