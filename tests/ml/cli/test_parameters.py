"""Options of a command come from the parameters of the pipeline, which describe them once."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from ml.cli.parameters import takes_parameters_of
from ml.pipeline import PIPELINE
from ml.spec import Node, Param, Pipeline, Scalar, Step

PARAMS = (
    Param(name="months", kind=int, default=3, minimum=1, maximum=24, description="months ahead"),
    Param(name="share", kind=float, default=0.5, minimum=0, description="a share"),
    Param(name="recipe", kind=str, default="a", choices=("a", "b"), description="which"),
    Param(name="extra_model", kind=str, default="x,y", description="several"),
    Param(name="require", kind=str, description="what must win"),
    Param(name="fast", kind=bool, default=False, description="hurry"),
)
SMALL = Pipeline(
    name="small",
    description="",
    nodes=(Node(step=Step(name="s", module="m", description="", params=PARAMS), inputs={}),),
)
DEFAULTS = {"months": 3, "share": 0.5, "recipe": "a", "extra_model": "x,y", "fast": False}


def parse(*argv: str) -> dict[str, Scalar]:
    """What a command gets as `params` when it is called with `argv`."""
    received: dict[str, Scalar] = {}
    app = typer.Typer()

    @app.command()
    @takes_parameters_of(SMALL, several=["extra_model"])
    def command(*, out: str = "out", params: dict[str, Scalar]) -> None:
        assert out == "out"
        received.update(params)

    assert callable(command)
    typer.main.get_command(app).main(list(argv), standalone_mode=False)
    return received


def test_what_is_not_given_takes_its_default_or_is_left_out() -> None:
    assert parse() == DEFAULTS


def test_values_come_in_the_kind_of_the_parameter() -> None:
    params = parse("--months", "12", "--share", "0.25", "--recipe", "b", "--require", "x", "--fast", "true")
    assert params == DEFAULTS | {"months": 12, "share": 0.25, "recipe": "b", "require": "x", "fast": True}
    assert type(params["months"]) is int


def test_a_repeated_option_is_joined_by_commas() -> None:
    assert parse("--extra-model", "a,b", "--extra-model", "c")["extra_model"] == "a,b,c"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--months", "25"), "Invalid value for '--months': 25 is more than 24"),
        (("--months", "x"), "Invalid value for '--months': 'x' is not a whole number"),
        (("--recipe", "c"), "Invalid value for '--recipe': 'c' is not one of: a, b"),
        (("--fast", "maybe"), "Invalid value for '--fast': 'maybe' is not true or false"),
    ],
)
def test_a_value_that_the_parameter_refuses_is_a_usage_error(argv: tuple[str, ...], message: str) -> None:
    with pytest.raises(typer.BadParameter) as error:
        parse(*argv)
    assert error.value.exit_code == 2
    assert error.value.format_message() == message


def test_help_lists_choices_bounds_and_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    parse("--help")
    words = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "--months 1..24 Months ahead. [default: 3]" in words
    assert "--recipe a|b Which. [default: a]" in words
    assert "--share 0.. A share. [default: 0.5]" in words


def test_run_has_an_option_for_every_parameter_of_the_pipeline() -> None:
    from ml.cli.run import run  # noqa: PLC0415 - the room's heavy end, needed by this test only

    app = typer.Typer()
    app.command()(run)
    options: Any = {option for p in typer.main.get_command(app).params for option in p.opts}
    assert {"--" + name.replace("_", "-") for name in PIPELINE.params} <= options
    assert {"--data", "--snowflake", "--out", "--json"} <= options
