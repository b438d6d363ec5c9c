"""A step is described once: its parser and its command line agree because both come from that."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable

import pytest

from ml.pipeline import PIPELINE
from ml.spec import Node, Param, Pipeline, Port, Scalar, Step

STEPS = [node.step for node in PIPELINE.nodes]
NAMES = [step.name for step in STEPS]


def value_of(param: Param) -> str:
    """A value that the parameter allows."""
    return str(param.choices[0] if param.choices else param.default if param.default is not None else "x y")


def values_of(step: Step) -> dict[str, str]:
    return {p.name: f"/data/{p.name}" for p in (*step.inputs, *step.outputs)} | {
        p.name: value_of(p) for p in step.params
    }


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_the_parser_has_exactly_the_flags_of_the_template(step: Step) -> None:
    template = set(re.findall(r"--[a-z-]+", step.template()))
    parser = {flag for action in step.parser()._actions for flag in action.option_strings} - {"-h", "--help"}
    assert parser == template


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_the_parser_reads_back_every_value_of_the_command(step: Step) -> None:
    values = values_of(step)
    read = vars(step.parser().parse_args(step.command(values)[3:]))
    assert {name: str(value) for name, value in read.items()} == values


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_what_is_optional_in_the_template_may_be_left_out_of_the_command(step: Step) -> None:
    optional = set(re.findall(r"\$\[\[--\S+ \"?\$\{\{inputs\.(\w+)\}\}\"?\]\]", step.template()))
    needed = {name: text for name, text in values_of(step).items() if name not in optional}
    read = vars(step.parser().parse_args(step.command(needed)[3:]))
    assert {name for name, value in read.items() if value is None} == optional


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_a_command_without_a_value_that_it_needs_is_an_error_that_names_it(step: Step) -> None:
    output = step.outputs[0].name
    values = {name: text for name, text in values_of(step).items() if name != output}
    with pytest.raises(KeyError, match=output):
        step.command(values)


def test_the_commands_of_the_steps_are_as_agreed(golden: Callable[[str, str], None]) -> None:
    golden("commands.txt", "\n\n".join(f"{step.name}\n{step.template()}" for step in STEPS) + "\n")


def test_text_in_a_template_is_quoted_because_a_query_holds_spaces() -> None:
    step = Step(name="s", module="m", description="", params=(Param(name="query", kind=str, description=""),))
    assert step.template() == 'python -m m $[[--query "${{inputs.query}}"]]'
    assert step.command({"query": "select 1"}) == ["python", "-m", "m", "--query", "select 1"]


def test_a_flag_has_hyphens_where_the_name_has_underscores() -> None:
    step = Step(name="s", module="m", description="", params=(Param(name="a_b", kind=int, description=""),))
    assert step.command({"a_b": "1"})[3:] == ["--a-b", "1"]
    assert step.parser().parse_args(["--a-b", "1"]).a_b == 1


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (Param(name="p", kind=int, description="", minimum=1, maximum=3), "3", 3),
        (Param(name="p", kind=float, description="", minimum=0.5), "0.5", 0.5),
        (Param(name="p", kind=bool, description=""), "True", True),
        (Param(name="p", kind=bool, description=""), "false", False),
        (Param(name="p", kind=str, description="", choices=("a", "b")), "b", "b"),
    ],
)
def test_a_value_within_bounds_is_parsed_to_its_kind(param: Param, text: str, value: Scalar) -> None:
    parsed = param.parse(text)
    assert parsed == value
    assert type(parsed) is param.kind


@pytest.mark.parametrize(
    ("param", "text", "message"),
    [
        (Param(name="p", kind=int, description="", minimum=1), "0", "0 is less than 1"),
        (Param(name="p", kind=int, description="", maximum=24), "25", "25 is more than 24"),
        (Param(name="p", kind=int, description=""), "2.5", "'2.5' is not a whole number"),
        (Param(name="p", kind=float, description=""), "x", "'x' is not a number"),
        (Param(name="p", kind=bool, description=""), "maybe", "'maybe' is not true or false"),
        (Param(name="p", kind=str, description="", choices=("a", "b")), "c", "'c' is not one of: a, b"),
        (
            Param(name="p", kind=float, description="", minimum=0.5, maximum=0.99),
            "nan",
            "'nan' is not a number",
        ),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_the_bound(param: Param, text: str, message: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"^{re.escape(message)}$"):
        param.parse(text)


SOURCE = Step(
    name="source",
    module="m",
    description="",
    outputs=(Port(name="rows", type="uri_folder", description=""),),
    params=(Param(name="seed", kind=int, description="of chance", default=0),),
)


def sink(param: Param) -> Step:
    rows = Port(name="rows", type="uri_folder", description="")
    return Step(name="sink", module="m", description="", inputs=(rows,), params=(param,))


SEED = Param(name="seed", kind=int, description="of chance", default=0)


@pytest.mark.parametrize("source", ["source.columns", "sink.rows", "nothing.rows", "rows"])
def test_an_input_from_nowhere_is_refused_when_the_pipeline_is_written(source: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"sink.rows: no earlier step provides '{source}'")):
        Pipeline(
            name="p",
            description="",
            nodes=(Node(step=SOURCE, inputs={}), Node(step=sink(SEED), inputs={"rows": source})),
        )


def test_an_input_that_is_not_wired_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sink\.rows: no earlier step provides None"):
        Pipeline(name="p", description="", nodes=(Node(step=sink(SEED), inputs={}),))


def test_a_shared_parameter_must_be_described_the_same() -> None:
    other = Param(name="seed", kind=int, description="of chance", default=1)
    with pytest.raises(ValueError, match=r"sink\.seed: another step describes it differently"):
        Pipeline(
            name="p",
            description="",
            nodes=(Node(step=SOURCE, inputs={}), Node(step=sink(other), inputs={"rows": "source.rows"})),
        )
