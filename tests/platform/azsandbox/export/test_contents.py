"""Which resources of a state are exported."""

from __future__ import annotations

from typing import Any

from azsandbox.export.contents import select


def namespace(name: str, **flags: bool) -> dict[str, Any]:
    """A namespace as Pulumi's state has it."""
    return {
        "urn": f"urn:Namespace:{name}",
        "custom": True,
        "type": "kubernetes:core/v1:Namespace",
        "id": name,
        "inputs": {"metadata": {"name": name}, "kind": "Namespace", "apiVersion": "v1"},
        **flags,
    }


def test_what_the_stack_does_not_manage_is_left_out_and_named() -> None:
    read = namespace("theirs", external=True)
    old = namespace("old", delete=True)
    selection = select([read, old, namespace("ours")], "kubernetes")
    assert [resource.id for resource in selection.resources] == ["ours"]
    assert [(entry["id"], entry["reason"]) for entry in selection.left_out] == [
        ("theirs", "the program only reads it: another stack manages it"),
        ("old", "it was replaced and its deletion is pending"),
    ]
