"""Required tags."""

from __future__ import annotations

from collections.abc import Callable

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.model import DeclaredResource, StackFacts

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


def test_inputs_that_do_not_match_the_schema_do_not_pass(problems: Problems, resource: Make) -> None:
    messages = problems("required-tags", resource(t.STORAGE, tags="none"))
    assert messages
    assert "can't be read by this policy" in messages[0]


def test_missing_tags_come_from_the_stacks_config_unless_the_program_sets_them(
    resource: Make,
) -> None:
    rule = BY_ID["required-tags"]
    assert rule.remedy
    facts = StackFacts(stack="dev", environment="dev", tags={"owner": "roasters", "workload": "beans"})
    account = resource(t.STORAGE, tags={"workload": "mine"})
    assert rule.remedy(account, rule.settings(), facts) == {"tags": {"workload": "mine", "owner": "roasters"}}
    whole = resource(t.STORAGE, tags=dict.fromkeys(rule.settings()["tags"], "x"))
    assert rule.remedy(whole, rule.settings(), facts) is None
