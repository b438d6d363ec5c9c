"""The workloads that Argo's controllers create."""

from __future__ import annotations

from azsandbox.kubernetes.apiserver.pods import workloads_of


def test_the_pods_of_an_event_bus_have_its_security_contexts_and_resources() -> None:
    container = {"securityContext": {"runAsNonRoot": True}, "resources": {"limits": {"cpu": "1"}}}
    spec = {"jetstream": {"securityContext": {"fsGroup": 1}, "reloaderContainerTemplate": container}}
    (workload,) = workloads_of(
        {"kind": "EventBus", "metadata": {"name": "b", "namespace": "one"}, "spec": spec}
    )
    pod = workload["spec"]["template"]["spec"]
    main, reloader, metrics = pod["containers"]
    assert pod["securityContext"] == {"fsGroup": 1}
    assert reloader == {"name": "reloader", "image": "image", **container}
    assert metrics == {"name": "metrics", "image": "image"}
    assert {"livenessProbe", "readinessProbe"} <= set(main)


def test_the_pod_of_a_step_has_the_security_context_of_its_template_or_of_the_workflow() -> None:
    steps = [
        {"name": "dag", "dag": {"tasks": []}},
        {"name": "own", "container": {"image": "i"}, "securityContext": {"runAsUser": 1}},
        {"name": "common", "container": {"image": "i"}},
    ]
    spec = {"templates": steps, "securityContext": {"runAsUser": 2}}
    own, common = workloads_of({"kind": "WorkflowTemplate", "metadata": {"name": "w"}, "spec": spec})
    assert [workload["metadata"]["name"] for workload in (own, common)] == ["w-own", "w-common"]
    assert own["spec"]["template"]["spec"]["securityContext"] == {"runAsUser": 1}
    assert common["spec"]["template"]["spec"]["securityContext"] == {"runAsUser": 2}


def test_the_pod_of_an_event_source_has_the_security_contexts_of_its_template() -> None:
    template = {"securityContext": {"runAsUser": 1}, "container": {"securityContext": {"privileged": True}}}
    source = {"kind": "EventSource", "metadata": {"name": "s"}, "spec": {"template": template}}
    (workload,) = workloads_of(source)
    pod = workload["spec"]["template"]["spec"]
    assert (pod["securityContext"], pod["containers"][0]["securityContext"]) == (
        {"runAsUser": 1},
        {"privileged": True},
    )
