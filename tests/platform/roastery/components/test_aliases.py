"""Which aliases are removed."""

from __future__ import annotations

import pulumi

from roastery.components.aliases import without_api_versions

OLD = pulumi.Alias(type_="azure-native:network/v20180801:PrivateEndpoint")
PREVIEW = pulumi.Alias(type_="azure-native:storage/v20230501preview:Blob")
RENAMED = pulumi.Alias(type_="azure-native:insights:ActionGroup")
OWN = [
    "urn:pulumi:prod::roastery::azure-native:network/v20180801:PrivateEndpoint::vault",
    pulumi.Alias(name="before"),
    pulumi.Alias(name="before", type_="azure-native:network/v20180801:PrivateEndpoint"),
    pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE, type_="azure-native:network/v20180801:PrivateEndpoint"),
    pulumi.Alias(type_="kubernetes:policy/v1beta1:PodDisruptionBudget"),
]


def transformed(opts: pulumi.ResourceOptions) -> pulumi.ResourceTransformationResult | None:
    # The transformation does not use the resource itself.
    resource = pulumi.Resource.__new__(pulumi.CustomResource)
    args = pulumi.ResourceTransformationArgs(
        resource=resource,
        type_="azure-native:network:PrivateEndpoint",
        name="vault",
        props={"location": "eastus2"},
        opts=opts,
    )
    return without_api_versions(args)


def test_types_of_one_api_version_are_no_aliases() -> None:
    opts = pulumi.ResourceOptions(aliases=[OLD, RENAMED, PREVIEW], protect=True)

    result = transformed(opts)

    assert result is not None
    assert (result.opts.aliases, result.opts.protect, result.props) == (
        [RENAMED],
        True,
        {"location": "eastus2"},
    )
    assert opts.aliases == [OLD, RENAMED, PREVIEW]


def test_aliases_of_the_program_itself_stay() -> None:
    result = transformed(pulumi.ResourceOptions(aliases=[*OWN, OLD]))

    assert result is not None
    assert result.opts.aliases == OWN


def test_a_resource_without_such_aliases_is_left_alone() -> None:
    assert transformed(pulumi.ResourceOptions()) is None
    assert transformed(pulumi.ResourceOptions(aliases=[RENAMED])) is None
