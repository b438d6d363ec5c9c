"""The minimum TLS version."""

from __future__ import annotations

from collections.abc import Callable

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.model import DeclaredResource, StackFacts

Make = Callable[..., DeclaredResource]


def test_a_higher_tls_version_is_kept(resource: Make) -> None:
    rule = BY_ID["tls-floor"]
    assert rule.remedy
    facts = StackFacts(stack="dev", environment="dev")
    assert rule.remedy(resource(t.STORAGE, minimumTlsVersion="TLS1_3"), {}, facts) is None
    assert rule.remedy(resource(t.EVENT_HUBS), {}, facts) == {"minimumTlsVersion": "1.2"}
