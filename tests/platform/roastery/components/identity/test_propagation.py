"""The cluster waits until the roles of its identities hold."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import authorization

from roastery.components.identity.propagation import in_effect, remaining

NOW = dt.datetime(2026, 12, 1, 12, 0, tzinfo=dt.UTC)
Declare = Callable[[Callable[[], object]], Any]


@pytest.mark.parametrize(
    ("created", "seconds"),
    [
        (["2026-12-01T12:00:00.1234567Z"], 180),
        (["2026-12-01T11:59:00Z", "2026-12-01T11:00:00.5Z"], 120),
        (["2026-11-30T12:00:00Z"], 0),
        (["2026-12-01T12:05:00Z"], 180),
        ([None], 0),
        ([], 0),
    ],
    ids=["new", "the newest counts", "old", "a clock that is ahead", "no time", "no role"],
)
def test_what_is_left_of_the_wait(created: list[str | None], seconds: float) -> None:
    assert remaining(created, 180, NOW) == pytest.approx(seconds, abs=0.2)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait was, without waiting."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def at_once(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("roastery.components.identity.propagation.asyncio.sleep", at_once)
    return waits


def test_what_depends_on_new_roles_is_made_after_the_wait(declare: Declare, slept: list[float]) -> None:
    def program() -> None:
        role = authorization.RoleAssignment("role", principal_id="p", role_definition_id="r", scope="s")
        now = dt.datetime.now(dt.UTC).isoformat().removesuffix("+00:00") + "Z"
        created = pulumi.Output.from_input(now)
        vars(role)["createdOn"] = vars(role)["created_on"] = created
        ready = in_effect([role], 60)
        pulumi.ComponentResource("tests:index:After", "after", None, pulumi.ResourceOptions(depends_on=ready))

    declared = declare(program)

    assert declared.named("after").depends_on == {"role"}
    assert [round(seconds) for seconds in slept if seconds > 1] == [60]
