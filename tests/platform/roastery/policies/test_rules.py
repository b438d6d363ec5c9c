"""The rules whose judgement is finer than one value, each on a table of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.evaluate import over_resource
from roastery.policies.model import Facts, Resource, plain_type
from roastery.policies.rules.network import covers
from roastery.policies.values import REDACTED, UNKNOWN, Secret, decode

Make = Callable[..., Resource]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("ranges", "open_"),
    [(["22"], True), (["20-25"], True), (["*"], True), (["23-80"], False), (["80", "22"], True), ([], False)],
)
def test_a_port_range_covers_ssh(ranges: list[str], open_: bool) -> None:
    assert covers(ranges, 22) is open_


@pytest.mark.parametrize(
    ("change", "caught"),
    [
        ({}, True),
        ({"sourceAddressPrefix": "0.0.0.0/0"}, True),
        ({"sourceAddressPrefix": "INTERNET"}, True),
        ({"sourceAddressPrefix": "10.0.0.0/8"}, False),
        ({"sourceAddressPrefix": None, "sourceAddressPrefixes": ["10.0.0.0/8", "*"]}, True),
        ({"access": "Deny"}, False),
        ({"direction": "Outbound"}, False),
        ({"destinationPortRange": None, "destinationPortRanges": ["80", "3389"]}, True),
        ({"destinationPortRange": "443"}, False),
    ],
)
def test_management_ports_are_closed_to_the_internet_however_it_is_written(
    problems: Problems, resource: Make, change: dict[str, Any], caught: bool
) -> None:
    rule = {
        "access": "Allow",
        "direction": "Inbound",
        "sourceAddressPrefix": "*",
        "destinationPortRange": "22",
        **change,
    }
    assert bool(problems("nsg-management-port", resource(t.SECURITY_RULE, **rule))) is caught
    inline = resource(t.SECURITY_GROUP, securityRules=[rule])
    assert bool(problems("nsg-management-port", inline)) is caught


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
    made = resource(t.FEDERATION, subject=subject, issuer=issuer, audiences=["api://AzureADTokenExchange"])
    assert (problems("federation-exact", made) == []) is fine


@pytest.mark.parametrize(
    "scope", ["/subscriptions/s", "/", "/providers/Microsoft.Management/managementGroups/g"]
)
def test_a_role_on_a_whole_subscription_or_more_is_too_broad_unless_listed(
    problems: Problems, resource: Make, scope: str
) -> None:
    made = resource(t.ROLE, roleDefinitionId="/x/roleDefinitions/reader", scope=scope)
    assert problems("role-scope", made)
    assert problems("role-scope", made, roles=["reader"]) == []


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("Disabled", []),
        ("disabled", []),
        (None, ["publicNetworkAccess is not set, must be Disabled or SecuredByPerimeter"]),
        (UNKNOWN, ["publicNetworkAccess is not known before an up (unproven)"]),
        (Secret(), ["publicNetworkAccess is not known before an up (unproven)"]),
        (Secret("Disabled"), []),
    ],
)
def test_what_is_not_known_is_neither_passed_nor_failed(
    problems: Problems, value: Any, outcome: list[str]
) -> None:
    made = Resource(urn="urn:pulumi:prod::p::x::it", type=t.STORAGE, inputs={"publicNetworkAccess": value})
    assert problems("storage-public-network", made) == outcome


@pytest.mark.parametrize(
    ("policy", "kind", "inputs"),
    [
        (
            "nsg-management-port",
            t.SECURITY_RULE,
            {"access": "Allow", "direction": "Inbound", "sourceAddressPrefixes": [UNKNOWN]},
        ),
        ("role-wildcard", t.ROLE_DEFINITION, {"permissions": [{"actions": [UNKNOWN]}]}),
        ("rbac-wildcard", t.K8S_ROLE, {"rules": [{"verbs": [UNKNOWN]}]}),
        ("federation-exact", t.FEDERATION, {"audiences": [UNKNOWN]}),
        (
            "argo-server-authentication",
            t.RELEASE,
            {"chart": "argo-workflows", "values": {"server": {"authModes": [UNKNOWN], "secure": True}}},
        ),
        (
            "service-internal",
            t.SERVICE,
            {"spec": {"type": "LoadBalancer"}, "metadata": {"annotations": UNKNOWN}},
        ),
        ("namespace-pod-security", t.NAMESPACE, {"metadata": {"labels": UNKNOWN}}),
    ],
)
def test_an_unknown_inside_a_list_or_a_map_is_unproven_too(
    problems: Problems, policy: str, kind: str, inputs: dict[str, Any]
) -> None:
    made = Resource(urn="urn:pulumi:prod::p::x::it", type=kind, inputs=inputs)
    assert [one.endswith("is not known before an up (unproven)") for one in problems(policy, made)] == [True]


@pytest.mark.parametrize(
    ("kind", "action", "caught"),
    [
        ("actions", "*", True),
        ("actions", "Microsoft.Storage/*", True),
        ("actions", "Microsoft.Authorization/*/write", True),
        ("actions", "*/read", False),
        ("actions", "Microsoft.Storage/storageAccounts/listKeys/action", False),
        ("dataActions", "Microsoft.KeyVault/vaults/*/read", True),
    ],
)
def test_a_custom_role_may_read_all_settings_but_no_data(
    problems: Problems, resource: Make, kind: str, action: str, caught: bool
) -> None:
    made = resource(t.ROLE_DEFINITION, permissions=[{kind: [action]}])
    assert bool(problems("role-wildcard", made)) is caught


def test_trusted_launch_is_all_of_it(problems: Problems, resource: Make) -> None:
    whole = {"secureBootEnabled": True, "vTpmEnabled": True}
    for switch in whole:
        profile = {"securityType": "TrustedLaunch", "uefiSettings": {**whole, switch: False}}
        found = problems("trusted-launch", resource(t.MACHINE, securityProfile=profile))
        assert found == [f"securityProfile.uefiSettings.{switch} is false, must be true"]


def test_logs_of_one_service_are_not_those_of_another_whose_name_begins_alike(
    resource: Make, stack: Callable[..., Any]
) -> None:
    rule = BY_ID["diagnostics-present"]
    assert rule.check_stack

    def missing(uri: str) -> bool:
        base = "/subscriptions/s/vaults/kv"
        vault = Resource(urn="urn:pulumi:prod::p::x::kv", type=t.VAULT, inputs={}, id=base)
        writes = {"workspaceId": "w", "logs": [{"enabled": True}], "resourceUri": base + uri}
        assert rule.check_stack
        return bool(list(rule.check_stack(stack(vault, resource(t.DIAGNOSTICS, **writes)), {})))

    assert not missing("")
    assert not missing("/blobServices/default")
    assert missing("2")


def test_what_was_found_before_an_unknown_counts(
    problems: Problems,
) -> None:
    rules = {"securityRules": [{"access": "Allow", "direction": "Inbound", "sourceAddressPrefix": "*",
                                "destinationPortRange": "22"}, {"access": UNKNOWN}]}  # fmt: skip
    made = Resource(urn="urn:pulumi:prod::p::x::it", type=t.SECURITY_GROUP, inputs=rules)
    assert problems("nsg-management-port", made) == [
        "securityRules[0] opens SSH (22) to the Internet",
        "securityRules[1].access is not known before an up (unproven)",
    ]


def test_a_shape_that_no_schema_allows_does_not_pass(problems: Problems, resource: Make) -> None:
    found = problems("required-tags", resource(t.STORAGE, tags="none"))
    assert found
    assert "can't be read by this policy" in found[0]


def test_no_policy_ever_raises(resource: Make) -> None:
    """Whatever stands where an object, a list or a number is expected."""
    for policy in POLICIES:
        kinds = [kind for kind in policy.types if kind != "*"] or [t.STORAGE]
        for kind in kinds:
            for junk in ("text", 7, [], {}, None, ["x"], {"a": 1}):
                tops = ("properties", "spec", "tags", "sku", "identity", "metadata", "rules", "location")
                made = resource(kind, **dict.fromkeys(tops, junk))
                list(over_resource(policy, made, policy.settings()))


def test_missing_tags_come_from_the_stacks_config_and_those_of_the_program_win(resource: Make) -> None:
    rule = BY_ID["required-tags"]
    assert rule.remedy
    facts = Facts(stack="dev", environment="dev", tags={"owner": "roasters", "workload": "beans"})
    made = resource(t.STORAGE, tags={"workload": "mine"})
    assert rule.remedy(made, rule.settings(), facts) == {"tags": {"workload": "mine", "owner": "roasters"}}
    whole = resource(t.STORAGE, tags=dict.fromkeys(rule.settings()["tags"], "x"))
    assert rule.remedy(whole, rule.settings(), facts) is None


def test_a_higher_tls_version_is_kept(resource: Make) -> None:
    rule = BY_ID["tls-floor"]
    assert rule.remedy
    facts = Facts(stack="dev", environment="dev")
    assert rule.remedy(resource(t.STORAGE, minimumTlsVersion="TLS1_3"), {}, facts) is None
    assert rule.remedy(resource(t.EVENT_HUBS), {}, facts) == {"minimumTlsVersion": "1.2"}


def test_wire_values_become_what_policies_compare() -> None:
    marked = "4dabf18193072939515e22adb298388d"
    sign = "1b47061264138c4ac30d75fd1eb44270"
    assert decode({"n": 3.0, "x": 0.5}) == {"n": 3, "x": 0.5}
    assert decode("04da6b54-80e4-46f7-96ec-b56ff0331ba9") is UNKNOWN
    assert decode({marked: sign, "value": "v"}) == Secret("v")
    assert decode({marked: sign, "ciphertext": "v1:x"}) == Secret()
    assert decode({marked: sign, "plaintext": '{"a": 1}'}) == Secret({"a": 1})
    assert decode(REDACTED) == Secret()


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


def test_every_policy_says_what_it_needs_to() -> None:
    for policy in POLICIES:
        assert policy.title, policy.id
        assert policy.reason.endswith("."), policy.id
        assert policy.fix.endswith("."), policy.id
        assert (policy.check is None) is not (policy.check_stack is None), policy.id
        assert (policy.check is None) or policy.types, policy.id
        for schema in policy.config.values():
            assert "default" in schema, policy.id
