"""The errors that a user can meet, and the exit codes of commands."""

from __future__ import annotations

from roastery.errors import EXIT_CODES, RoasteryError


def test_an_error_is_one_line_with_what_to_do() -> None:
    assert str(RoasteryError("the file is missing", "name another one")) == (
        "the file is missing (name another one)"
    )
    assert str(RoasteryError("the file is missing")) == "the file is missing"


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_CODES) == {0, 1, 2, 3, 10, 69, 70, 75, 77, 130, 143}
    assert all(EXIT_CODES.values())
    assert RoasteryError.exit_code in EXIT_CODES
