"""What is known about a stack, and whether it counts as production."""

from __future__ import annotations

import pytest

from roastery.policies import facts
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN


@pytest.mark.parametrize(
    ("config", "tags", "environment", "production"),
    [
        ({"beans:environment": "dev"}, {}, "dev", False),
        ({"beans:environment": "prod"}, {"environment": "dev"}, "prod", True),
        ({}, {"environment": "test"}, "test", False),
        ({}, {}, "blue", True),
        ({"azure-native:environment": "dev"}, {}, "blue", True),  # this key names a cloud
        ({"beans:environment": "Dev"}, {}, "Dev", False),
    ],
)
def test_the_environment_comes_from_the_config_then_a_tag_then_the_name(
    config: dict[str, str], tags: dict[str, str], environment: str, production: bool
) -> None:
    known = facts.from_config("org/project/blue", config, tags, project="beans")
    assert (known.stack, known.environment, known.production) == ("blue", environment, production)


def test_tags_come_from_the_projects_own_config() -> None:
    config = {"beans:owner": "roasters", "beans:cost_centre": "cc-1", "azure-native:workload": "no"}
    known = facts.from_config("dev", config, {}, project="beans")
    assert known.tags == {"owner": "roasters", "cost-centre": "cc-1", "managed-by": "pulumi"}
    assert facts.from_config("dev", {}, {}, project="beans").tags == {}


def test_the_environment_of_a_state_comes_from_the_tags_of_its_groups() -> None:
    def group(name: str, **inputs: object) -> DeclaredResource:
        return DeclaredResource(urn=f"urn:pulumi:blue::p::{t.GROUP}::{name}", type=t.GROUP, inputs=inputs)

    unknown, dev = group("a", tags=UNKNOWN), group("b", tags={"environment": "dev"})
    assert facts.from_resources("blue", [unknown, dev]).environment == "dev"
    assert facts.from_resources("blue", [group("c")]).environment == "blue"
