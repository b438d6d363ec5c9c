"""Federated credentials."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("subject", "issuer", "fine"),
    [
        ("system:serviceaccount:beans:roaster", "https://oidc.aks", True),
        ("system:serviceaccount:beans:*", "https://oidc.aks", False),
        ("system:serviceaccount:beans", "https://oidc.aks", False),
        ("system:serviceaccount:Beans:roaster", "https://oidc.aks", False),
        ("system:serviceaccount:beans:roaster", "http://oidc.aks", False),
        ("repo:beans/roastery:ref:refs/heads/main", "https://token.actions.githubusercontent.com", True),
        ("repo:beans/roastery:environment:prod", "https://token.actions.githubusercontent.com", True),
        ("repo:beans/roastery:pull_request", "https://token.actions.githubusercontent.com", False),
        ("repo:beans/*:ref:refs/heads/main", "https://token.actions.githubusercontent.com", False),
        ("anything", "https://token.actions.githubusercontent.com", False),
        ("", "https://oidc.aks", False),
    ],
)
def test_a_federated_subject_is_one_workload(
    problems: Problems, resource: Make, subject: str, issuer: str, fine: bool
) -> None:
    credential = resource(
        t.FEDERATION, subject=subject, issuer=issuer, audiences=["api://AzureADTokenExchange"]
    )
    assert (problems("federation-exact", credential) == []) is fine
