"""Options of the command line."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Stack = Annotated[
    str, typer.Option("--stack", "-s", help="The stack: there is one file Pulumi.<stack>.yaml.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object to standard output, nothing else.")]
Diff = Annotated[bool, typer.Option("--diff", help="Show every changed property.")]
ExpectNothing = Annotated[
    bool, typer.Option("--expect-no-changes", help="Exit with an error if anything would change.")
]
Kubernetes = Annotated[
    str | None,
    typer.Option(
        "--kubernetes",
        help="What judges and stores the objects of clusters: model, or apiserver, the real API server. "
        "A cluster stays with what it was created with.",
    ),
]
Provider = Annotated[
    Literal["sandbox", "official"],
    typer.Option(
        "--provider",
        help="What Pulumi runs for azure-native: the sandbox's stand-in, or the official provider, which "
        "then talks to the sandbox's ARM API. Use a stack of its own for that.",
    ),
]
Api = Annotated[
    bool,
    typer.Option(
        "--api", help="Also start an API server for the Azure ML SDK; its jobs end when the command ends."
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        help="With --api, whom the command signs in as: a service account of a cluster (NAMESPACE/NAME), or "
        "a user-assigned identity. By default the deployer, an Owner of the subscription.",
    ),
]
OfStack = Annotated[str, typer.Option("--stack", "-s", help="The stack of the service account of --as.")]


def flags(*, diff: bool, expect_no_changes: bool) -> list[str]:
    """Pulumi's flags of these options."""
    return ["--diff"] * diff + ["--expect-no-changes"] * expect_no_changes
