"""Instance types of the Azure ML extension."""

from __future__ import annotations

from typing import Any


def test_an_instance_type_says_on_which_nodes_and_how_much(attached: Any) -> None:
    registration = attached.named("instance-small")

    assert registration.inputs["kind"] == "InstanceType"
    assert registration.inputs["spec"] == {
        "nodeSelector": {"pool": "jobs"},
        "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "4Gi"}},
    }
    assert registration.parent == "cluster"
    assert "azureml" in registration.depends_on  # its kind comes with the extension
