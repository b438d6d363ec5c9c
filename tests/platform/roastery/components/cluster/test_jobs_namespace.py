"""Traffic of jobs and models with Azure ML's own pods, and who starts pods that act as them."""

from __future__ import annotations

from typing import Any

AZURE_ML = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "azureml"}}}


def test_the_router_reaches_models_on_their_port_only(attached: Any) -> None:
    spec = attached.inputs("azureml-jobs-allow-router")["spec"]

    assert spec["policyTypes"] == ["Ingress"]
    assert spec["ingress"] == [{"from": [AZURE_ML], "ports": [{"protocol": "TCP", "port": 5001}]}]


def test_pods_reach_the_identity_proxy_on_its_port_only(attached: Any) -> None:
    spec = attached.inputs("azureml-jobs-allow-identity-proxy")["spec"]

    assert spec["policyTypes"] == ["Egress"]
    assert spec["egress"] == [{"to": [AZURE_ML], "ports": [{"protocol": "TCP", "port": 9999}]}]


def test_pods_of_workflows_reach_the_router_whatever_its_port_is(attached: Any) -> None:
    spec = attached.inputs("roastery-allow-endpoint")["spec"]

    assert spec["podSelector"]["matchExpressions"] == [
        {"key": "workflows.argoproj.io/workflow", "operator": "Exists"}
    ]
    assert spec["egress"] == [{"to": [AZURE_ML]}]


def test_only_azure_ml_and_the_clusters_controllers_start_pods_of_jobs(attached: Any) -> None:
    policies = {
        registration.type.rpartition(":")[2]: registration.inputs["spec"]
        for registration in attached
        if registration.name == "jobs-creators"
    }
    policy = policies["ValidatingAdmissionPolicy"]
    (validation,) = policy["validations"]
    resources = {name for rule in policy["matchConstraints"]["resourceRules"] for name in rule["resources"]}

    assert policy["failurePolicy"] == "Fail"
    assert policy["matchConstraints"]["namespaceSelector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "jobs"}
    }
    assert resources >= {"pods", "deployments", "jobs", "cronjobs", "statefulsets"}
    assert validation["expression"] == (
        "'system:serviceaccounts:azureml' in request.userInfo.groups"
        " || 'system:serviceaccounts:kube-system' in request.userInfo.groups"
    )
    assert policies["ValidatingAdmissionPolicyBinding"] == {
        "policyName": "roastery-jobs",
        "validationActions": ["Deny"],
    }
