"""Which events start a workflow, and which do not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.events.network_policies import admission, source_policies
from roastery.components.argo.events.sensors import all_sensors
from roastery.components.argo.events.settings import LandingEventSource, Token, Triggers
from roastery.components.argo.events.sources import event_sources

Events = dict[str, dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "key", "path"), [("git", "push", "/git/push"), ("drift", "drift", "/drift")]
)
def test_a_webhook_answers_only_to_requests_with_its_token(
    events: Events, name: str, key: str, path: str
) -> None:
    """Argo Events answers 401 where the bearer token differs; without `authSecret` it would let all in."""
    webhook = events[f"EventSource/{name}"]["spec"]["webhook"]["event"]
    assert webhook["authSecret"] == {"name": "triggers", "key": key}
    assert (webhook["endpoint"], webhook["method"]) == (path, "POST")


def test_the_two_webhooks_do_not_share_a_token(triggers: Triggers) -> None:
    assert triggers.push is not None
    assert triggers.push.token != triggers.drift_token


def test_where_the_branch_is_polled_nothing_listens_for_pushes(triggers: Triggers) -> None:
    polled = replace(triggers, push=None)
    declared = [*event_sources(polled), *all_sensors(polled), *source_policies(polled)]

    assert "git" not in {manifest["metadata"]["name"].removeprefix("source-") for manifest in declared}
    (policy, _) = admission(polled)
    (templates, _) = policy["spec"]["validations"]
    assert "['retrain']" in templates["expression"]


def test_a_webhook_is_a_service_inside_the_cluster_only(events: Events) -> None:
    service = events["EventSource/git"]["spec"]["service"]
    assert set(service) == {"ports"}  # of type ClusterIP: Argo Events makes no other
    assert "service" not in events["EventSource/landing"]["spec"]


@pytest.mark.parametrize("name", ["", "a b", "-x", "token=abc"])
def test_a_token_is_named_never_written_out(name: str) -> None:
    with pytest.raises(ArgoError, match="is not a valid name of a Kubernetes secret"):
        Token(secret="triggers", key=name)  # noqa: S106 - where it is


@pytest.mark.parametrize("transport", ["queue", "event_hub"])
def test_new_data_is_read_as_an_identity_without_any_key(triggers: Triggers, transport: Any) -> None:
    other = replace(triggers, landing=LandingEventSource(transport=transport, host="h", name="landing"))
    (landing,) = [manifest for manifest in event_sources(other) if manifest["metadata"]["name"] == "landing"]
    template = landing["spec"]["template"]
    assert template["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert template["serviceAccountName"] == "sa-sources"
    text = str(landing).lower()
    assert "sharedaccesskey" not in text
    assert "connectionstring" not in text


def filters(events: Events, name: str) -> dict[str, str]:
    (dependency,) = events[f"Sensor/{name}"]["spec"]["dependencies"]
    assert dependency["filters"]["dataLogicalOperator"] == "and"
    return {data_filter["path"]: data_filter["value"][0] for data_filter in dependency["filters"]["data"]}


@pytest.mark.parametrize(
    ("ref", "commit", "starts"),
    [
        ("refs/heads/main", "a" * 40, True),
        ("refs/heads/main2", "a" * 40, False),
        ("refs/heads/feature/main", "a" * 40, False),
        ("refs/heads/main", "0" * 40, False),  # the branch was deleted
        ("refs/heads/main", "$(id)", False),
    ],
)
def test_only_a_commit_on_the_branch_deploys(events: Events, ref: str, commit: str, starts: bool) -> None:
    wanted = filters(events, "git")
    matches = re.search(wanted["body.resource.refUpdates.0.name"], ref) is not None
    matches &= re.search(wanted["body.resource.refUpdates.0.newObjectId"], commit) is not None
    assert matches is starts


def test_only_our_repository_deploys(events: Events) -> None:
    wanted = filters(events, "git")["body.resource.repository.remoteUrl"]
    assert re.search(wanted, "https://git.example/platform")
    assert not re.search(wanted, "https://gitXexample/platform")
    assert not re.search(wanted, "https://git.example/platform-fork")


@pytest.mark.parametrize(
    ("sensor", "about"),
    [("git", "newObjectId"), ("landing", "$event.data.eTag"), ("drift", ".Input.body.data.model")],
)
def test_the_same_thing_reported_twice_has_the_same_name_and_is_refused_the_second_time(
    events: Events, sensor: str, about: str
) -> None:
    (trigger,) = events[f"Sensor/{sensor}"]["spec"]["triggers"]
    creation = trigger["template"]["k8s"]
    assert creation["operation"] == "create"  # an update or a submit would not be refused
    name = next(
        parameter["src"]["dataTemplate"]
        for parameter in creation["parameters"]
        if parameter["dest"] == "metadata.name"
    )
    assert about in name
    assert "trunc" in name
    assert "generateName" not in creation["source"]["resource"]["metadata"]


def test_the_commit_of_a_push_is_read_from_where_azure_devops_puts_it(events: Events) -> None:
    (trigger,) = events["Sensor/git"]["spec"]["triggers"]
    (revision,) = [
        parameter["src"]["dataTemplate"]
        for parameter in trigger["template"]["k8s"]["parameters"]
        if parameter["dest"] == "spec.arguments.parameters.0.value"
    ]
    assert revision == "{{ (index .Input.body.resource.refUpdates 0).newObjectId }}"


def test_what_an_event_hub_carries_is_decoded_first(triggers: Triggers) -> None:
    other = replace(triggers, landing=LandingEventSource(transport="event_hub", host="h", name="landing"))
    (sensor,) = [manifest for manifest in all_sensors(other) if manifest["metadata"]["name"] == "landing"]
    (trigger,) = sensor["spec"]["triggers"]
    for parameter in trigger["template"]["k8s"]["parameters"]:
        assert "b64dec | fromJson" in parameter["src"]["dataTemplate"]


def test_every_trigger_is_limited_and_retried_and_logs_failures(events: Events) -> None:
    for name in ("git", "landing", "drift"):
        (trigger,) = events[f"Sensor/{name}"]["spec"]["triggers"]
        assert trigger["rateLimit"]["unit"] == "Hour"
        assert trigger["retryStrategy"]["steps"] > 1
        assert trigger["dlqTrigger"]["template"]["log"] == {}


def test_pods_of_triggers_are_restricted_and_bounded(events: Events) -> None:
    for name, manifest in events.items():
        if not name.startswith(("EventSource/", "Sensor/")):
            continue
        template = manifest["spec"]["template"]
        security = template["container"]["securityContext"]
        assert security["readOnlyRootFilesystem"] is True, name
        assert security["capabilities"] == {"drop": ["ALL"]}, name
        assert template["securityContext"]["runAsNonRoot"] is True, name
        assert template["container"]["resources"]["limits"], name


def test_a_listener_reaches_the_bus_and_names_only(events: Events) -> None:
    for name in ("git", "drift"):
        egress = events[f"NetworkPolicy/source-{name}"]["spec"]["egress"]
        assert [[port["port"] for port in rule["ports"]] for rule in egress] == [[53, 53], [4222]]
        assert all("to" in rule for rule in egress)


def test_a_push_comes_through_the_ingress_and_drift_from_our_workflows(events: Events) -> None:
    (push,) = events["NetworkPolicy/source-git"]["spec"]["ingress"]
    assert push["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
    ]
    (drift,) = events["NetworkPolicy/source-drift"]["spec"]["ingress"]
    assert "workflows.argoproj.io/workflow" in str(drift["from"])
    assert "ingress" not in events["NetworkPolicy/source-landing"]["spec"]


@pytest.mark.parametrize(("transport", "ports"), [("queue", [443]), ("event_hub", [443, 5671])])
def test_the_reader_of_events_reaches_only_what_carries_them(
    triggers: Triggers, transport: Any, ports: list[int]
) -> None:
    other = replace(triggers, landing=LandingEventSource(transport=transport, host="h", name="landing"))
    (policy,) = [
        manifest for manifest in source_policies(other) if manifest["metadata"]["name"] == "source-landing"
    ]
    outside = [rule for rule in policy["spec"]["egress"] if "to" not in rule]
    assert [[port["port"] for port in rule["ports"]] for rule in outside] == [ports]


def test_the_account_of_sensors_creates_workflows_from_two_templates_and_nothing_else(events: Events) -> None:
    policy = events["ValidatingAdmissionPolicy/roastery-sensors"]["spec"]
    (condition,) = policy["matchConditions"]
    assert condition["expression"] == "request.userInfo.username == 'system:serviceaccount:flows:sa-sensors'"
    first, second = (validation["expression"] for validation in policy["validations"])
    assert "workflowTemplateRef.name in ['infra', 'retrain']" in first
    assert "!has(object.spec.templates)" in second
    assert policy["failurePolicy"] == "Fail"
    binding = events["ValidatingAdmissionPolicyBinding/roastery-sensors"]["spec"]
    assert binding["validationActions"] == ["Deny"]
