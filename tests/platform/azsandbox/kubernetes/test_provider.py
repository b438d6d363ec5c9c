"""Objects in a cluster: namespaces, names, secrets, unreachable API servers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.schema.values import Secret

GROUP = "/subscriptions/s/resourceGroups/rg/providers"


def named(name: str, namespace: str | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def test_a_namespace_must_exist_before_its_objects(cluster: Any) -> None:
    with pytest.raises(ArmError, match='namespaces "jobs" not found'):
        cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.make("kubernetes:core/v1:Namespace", **named("jobs"))
    assert cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs")).id == "jobs/sa"


def test_deleting_a_namespace_deletes_the_objects_in_it(cluster: Any) -> None:
    token = "kubernetes:core/v1:Namespace"
    namespace = cluster.make(token, **named("jobs"))
    cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.provider.delete(cluster.subject(token, namespace.id), namespace.inputs)
    assert cluster.provider.subscription.all() == []


def test_a_name_that_the_api_server_refuses(cluster: Any) -> None:
    (error,) = cluster.errors("kubernetes:core/v1:Namespace", **named("Jobs_1"))
    assert 'metadata.name Invalid value: "Jobs_1": a lowercase RFC 1123 label' in error


def test_component_resources_that_are_not_modelled_are_named(cluster: Any) -> None:
    with pytest.raises(NotModelledError, match="declare its objects individually"):
        cluster.errors("kubernetes:yaml/v2:ConfigFile", file="x")


def test_an_api_server_that_no_cluster_in_the_sandbox_has_can_not_be_reached(cluster: Any) -> None:
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
        "clusters": [
            {"name": "c", "cluster": {"server": "https://gone.privatelink.westeurope.azmk8s.io:443"}}
        ],
    }
    cluster.provider.configure({"kubeconfig": json.dumps(config)})
    with pytest.raises(ArmError, match="no such host"):
        cluster.make("kubernetes:core/v1:Namespace", **named("jobs"))


def test_the_content_of_a_secret_is_stored_as_a_fingerprint(cluster: Any) -> None:
    token = "kubernetes:core/v1:Secret"
    state = cluster.make(token, **named("s", "default"), stringData={"password": "hunter2"})
    stored = "".join(
        str(resource.inputs) + str(resource.outputs) for resource in cluster.provider.subscription.all()
    )
    assert "hunter2" not in stored
    read = cluster.provider.read(cluster.subject(token, state.id), state.inputs, state.outputs)
    assert read.inputs["stringData"] in ({"password": "hunter2"}, Secret({"password": "hunter2"}))


def test_the_server_makes_up_a_generated_name(cluster: Any) -> None:
    state = cluster.make("kubernetes:core/v1:ServiceAccount", metadata={"generateName": "sa-"})
    assert state.outputs["metadata"]["name"].startswith("sa-")
    assert state.id == f"default/{state.outputs['metadata']['name']}"


def test_metadata_that_is_not_an_object_is_named(cluster: Any) -> None:
    assert cluster.errors("kubernetes:core/v1:ConfigMap", metadata=["x"]) == ["metadata is not an object"]


def test_an_object_of_an_undeclared_type_is_refused_when_it_is_created(cluster: Any) -> None:
    token = "kubernetes:grafana.com/v1:Dashboard"
    assert cluster.errors(token, **named("d")) == []
    with pytest.raises(ArmError, match='no matches for kind "Dashboard"'):
        cluster.make(token, **named("d"))


@pytest.mark.parametrize(("config", "replaced"), [({}, True), ({"enableConfigMapMutable": "true"}, False)])
def test_config_maps_are_replaced_unless_the_provider_is_told_otherwise(
    cluster: Any, config: dict[str, Any], *, replaced: bool
) -> None:
    cluster.provider.configure(config)
    subject = cluster.subject("kubernetes:core/v1:ConfigMap")
    rules = cluster.provider.replace_rules(subject, {}, {"kind": "ConfigMap", "data": {"a": "x"}})
    assert ("data" in rules.paths) is replaced


ROUTER = "kubernetes:core/v1:Service"


def test_a_program_reads_an_object_by_its_id_alone(cluster: Any) -> None:
    cluster.make("kubernetes:core/v1:Service", **named("web", "default"), spec={"ports": [{"port": 80}]})

    state = cluster.provider.read(cluster.subject(ROUTER, "default/web"), {}, {})

    assert state.outputs["spec"]["ports"] == [{"port": 80}]
    assert cluster.provider.read(cluster.subject(ROUTER, "default/other"), {}, {}).id == ""


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"scoringFe.serviceType.internalLoadBalancer": "true"}, [{"ip": "10.0.3.254"}]),
        ({}, []),
        ({"enableInference": "false"}, None),
    ],
    ids=["an internal load balancer", "a public one, whose address is not known", "no inference"],
)
def test_the_router_of_azure_ml_has_an_address_in_the_subnet_of_the_nodes(
    cluster: Any, settings: dict[str, str], address: list[dict[str, str]] | None
) -> None:
    """As Azure gives it to the load balancer, for a record in DNS."""
    subscription, aks = (
        cluster.provider.subscription,
        f"{GROUP}/Microsoft.ContainerService/managedClusters/aks",
    )
    subnet = f"{GROUP}/Microsoft.Network/virtualNetworks/v/subnets/nodes"
    defaults = {"enableInference": "true", "inferenceRouterServiceType": "LoadBalancer"}
    for identifier, kind, inputs in (
        (subnet, "Microsoft.Network/virtualNetworks/subnets", {"addressPrefix": "10.0.0.0/22"}),
        (
            aks,
            "Microsoft.ContainerService/managedClusters",
            {"agentPoolProfiles": [{"vnetSubnetID": subnet}]},
        ),
        (
            f"{aks}/providers/Microsoft.KubernetesConfiguration/extensions/azureml",
            "Microsoft.KubernetesConfiguration/extensions",
            {
                "extensionType": "Microsoft.AzureML.Kubernetes",
                "configurationSettings": {**defaults, **settings},
            },
        ),
    ):
        resource = Resource(id=identifier, token="t", kind=kind, inputs=inputs, outputs={"fqdn": "aks.test"})
        subscription.put(resource)
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://aks.test:443"}}],
    }
    cluster.provider.configure({"kubeconfig": json.dumps(config)})

    state = cluster.provider.read(cluster.subject(ROUTER, "azureml/azureml-fe"), {}, {})

    assert state.id == ("azureml/azureml-fe" if address is not None else "")
    if address is not None:
        assert state.outputs["status"]["loadBalancer"]["ingress"] == address
