"""`roast ask`."""

from __future__ import annotations

import json
from dataclasses import asdict

from roastery.cli.jobs.options import (
    Endpoint,
    Group,
    Json,
    Rows,
    Stack,
    Subscription,
    TargetOption,
    WorkspaceName,
    say,
    tell,
    workspace_of,
)


def ask(
    *,
    stack: Stack = None,
    target: TargetOption = "azure",
    rows: Rows = None,
    endpoint: Endpoint = None,
    subscription: Subscription = None,
    group: Group = None,
    workspace: WorkspaceName = None,
    as_json: Json = False,
) -> None:
    """Ask the model in service; prints its answer."""
    from roastery.jobs import ask as asking  # noqa: PLC0415 - `roast --help` need not load it

    names = {"subscription": subscription, "group": group, "workspace": workspace, "endpoint": endpoint}
    with workspace_of(target, stack, **names) as opened:
        found = asking.ask(opened, rows)
    tell(f"{found.endpoint} answered as {found.deployment} in {1000 * found.seconds:.0f} ms")
    say(asdict(found), json.dumps(found.answer), as_json=as_json)
