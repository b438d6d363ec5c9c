"""Four steps, fetch (volatile) → double → evaluate (reads the champion) → promote (volatile)."""

from __future__ import annotations

from ml.spec import Node, Param, Pipeline, Port, Step


def _port(name: str, *, optional: bool = False, asset: str | None = None) -> Port:
    return Port(name=name, type="uri_folder", description="", optional=optional, asset=asset)


FETCH = Step(
    name="fetch",
    module="tiny.fetch",
    description="",
    outputs=(_port("rows", asset="tiny-rows"),),
    volatile=True,
)
DOUBLE = Step(
    name="double",
    module="tiny.double",
    description="",
    inputs=(_port("rows"),),
    outputs=(_port("doubled"),),
    params=(
        Param(name="factor", kind=int, description="", default=1, minimum=1),
        Param(name="note", kind=str, description=""),
    ),
)
EVALUATE = Step(
    name="evaluate",
    module="tiny.evaluate",
    description="",
    inputs=(_port("doubled"), _port("champion", optional=True)),
    outputs=(_port("verdict"),),
)
PROMOTE = Step(
    name="promote",
    module="tiny.promote",
    description="",
    inputs=(_port("verdict"),),
    outputs=(_port("receipt"),),
    volatile=True,
)
PIPELINE = Pipeline(
    name="tiny",
    description="",
    nodes=(
        Node(step=FETCH, inputs={}),
        Node(step=DOUBLE, inputs={"rows": "fetch.rows"}),
        Node(step=EVALUATE, inputs={"doubled": "double.doubled", "champion": "pipeline.champion"}),
        Node(step=PROMOTE, inputs={"verdict": "evaluate.verdict"}),
    ),
)
