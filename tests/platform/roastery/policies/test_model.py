"""Resource types."""

from __future__ import annotations

import pytest

from roastery.policies import tokens as t
from roastery.policies.kinds import plain_type


@pytest.mark.parametrize(
    ("token", "plain"),
    [
        ("azure-native:storage/v20240101:StorageAccount", t.STORAGE),
        ("azure-native:storage/v20240101preview:StorageAccount", t.STORAGE),
        (t.STORAGE, t.STORAGE),
        ("kubernetes:networking.k8s.io/v1:NetworkPolicy", t.NETWORK_POLICY),
    ],
)
def test_a_type_is_the_same_in_every_api_version(token: str, plain: str) -> None:
    assert plain_type(token) == plain
