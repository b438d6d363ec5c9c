"""The command and the options in Pulumi's arguments."""

from __future__ import annotations

import pytest

from azsandbox.pulumi import cli_wrapper


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["up", "--stack", "prod"], "up"),
        (["--color", "never", "preview"], "preview"),
        (["-C", "up", "destroy"], "destroy"),
        (["--version"], None),
    ],
)
def test_the_command_is_the_first_argument_that_is_not_part_of_a_flag(
    arguments: list[str], command: str | None
) -> None:
    assert cli_wrapper.command_of(arguments) == command


def test_options_are_read_in_both_notations() -> None:
    assert cli_wrapper.option(["up", "--stack=prod"], "-s", "--stack") == "prod"
    assert cli_wrapper.option(["up", "-s", "dev"], "-s", "--stack") == "dev"
    assert cli_wrapper.option(["up"], "-s", "--stack") is None
