"""Inputs of a resource type, made from the SDK's shape: mostly well typed, with nonsense among them."""

from __future__ import annotations

from random import Random
from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape
from azsandbox.schema.values import UNKNOWN, Secret

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
_DEEP = 6
_IDS = [
    GROUP,
    f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet",
    f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes",
    f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nobody",
    f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stone",
    f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one",
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "/subscriptions/",
    "/subscriptions//resourceGroups//providers/",
    f"{GROUP}/providers/Microsoft.Storage",
    "/providers/x/y",
]
_TEXTS = [
    *("", " ", "x", "x" * 300, "\x00", "ü/ß?#", "a\nb", "-", "*", "/", ".", "default", "rg", "vnet", "nodes"),
    *("10.0.0.0/16", "10.0.0.0/33", "10.0.0.1/8", "10.250.0.300", "10.0.0.4", "::1", "fd00::/64"),
    *(
        "22",
        "0",
        "-1",
        "1-65535",
        "90-80",
        "80-",
        "65536",
        "80,443",
        "Internet",
        "Storage.WestEurope",
        "1e400",
    ),
    *("PT5M", "P", "PT", "P1Y", "PT1.5S", "5m", "1.00:00:00", "2026-12-01", "2026-13-45T99:00:00Z"),
    *("9999-12-31", "0 3 * * *", "* * * *", "61 25 * * *", "00000000-0000-0000-0000-000000000000", "no-guid"),
    *("1.35", "1.35.2", "1.x.y", "v1", "https://example.com/a?b=c", "http://", "https://[::1", "azureml:a:1"),
    *(
        "azureml://x",
        "${{x}}",
        "westeurope",
        "West Europe",
        "atlantis",
        "global",
        "Standard_D4s_v5",
        "Standard_",
    ),
    *(
        "500m",
        "1Gi",
        ".5",
        "NaN",
        "{",
        "[]",
        '{"a": 1}',
        "a: b: c",
        "a@b.example",
        "Perf | where",
        "| take 5",
    ),
    *("AzureActivity", "20%", "Key", "0.0.0.0/0"),
]
_NUMBERS = [0, 1, -1, 0.5, 2, 3, 7, 30, 100, 100.0, 65536, 2**31, -(2**63), 1e308, float("inf"), float("nan")]
_NONSENSE: list[Any] = [None, True, "", 0, -1.5, [], {}, [None], [[]], {"": None}, {"a": {"b": []}}, UNKNOWN]


class Generator:
    """Inputs for the types of one shape."""

    def __init__(self, shape: ResourceShape, random: Random) -> None:
        self.shape, self.random = shape, random

    def inputs(self) -> dict[str, Any]:
        result = self._object(self.shape.inputs, 0)
        if self.random.random() < 0.9 and "resourceGroupName" in self.shape.inputs["props"]:
            result["resourceGroupName"] = "rg"
        return result

    def _object(self, shape: Shape, depth: int) -> dict[str, Any]:
        chance = self.random.choice([0.05, 0.3, 0.9]) / (1 + depth / 3)
        return {
            name: self.value(prop, depth + 1)
            for name, prop in shape["props"].items()
            if self.random.random() < (0.95 if name in shape["required"] else chance)
        }

    def value(self, shape: Shape, depth: int) -> Any:
        choice = self.random.random()
        if choice < 0.04 or depth > _DEEP or shape.get("any"):
            return self.random.choice(_NONSENSE)
        if choice < 0.06:
            return Secret(self.value(shape, depth + 1))
        if "oneOf" in shape:
            return self.value(self.random.choice(shape["oneOf"]), depth)
        if "ref" in shape:
            return self._object(self.shape.types[shape["ref"]], depth)
        return self._typed(shape, depth)

    def _typed(self, shape: Shape, depth: int) -> Any:
        kind = shape["type"]
        if kind == "array":
            return [self.value(shape["items"], depth + 1) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        if kind == "object":
            keys = self.random.sample([*_TEXTS, *_IDS], self.random.choice([0, 1, 2]))
            return {key: self.value(shape["values"], depth + 1) for key in keys}
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in {"integer", "number"}:
            return self.random.choice([*_NUMBERS, self.random.randint(0, 300)])
        return self._text(shape)

    def _text(self, shape: Shape) -> str:
        listed = [shape["const"]] if "const" in shape else shape.get("enum")
        if listed and self.random.random() < 0.9:
            return self.random.choice(listed)
        return self.random.choice(_IDS if self.random.random() < 0.3 else _TEXTS)
