"""Fewer aliases: the older types of a resource that the engine looks for in the state.

azure-native gives each resource an alias for every API version that it was ever offered under, some forty for
a private endpoint. The program computes a URN for each, and the engine compares it with the state. This
program never declared a type of one API version, so no state holds one.
"""

from __future__ import annotations

import re

import pulumi

_VERSIONED = re.compile(r"azure-native:\w+/v\d{8}\w*:\w+")


def without_api_versions(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    """A stack transformation: drops the aliases to types of one API version, and no others.

    Types that were renamed without a version stay (`azure-native:insights:ActionGroup`): a state that an
    older major version of azure-native wrote holds them. So do aliases with a name, a parent, a project or a
    stack.
    """
    aliases = args.opts.aliases or []
    unversioned = [alias for alias in aliases if not _of_one_version(alias)]
    if len(unversioned) == len(aliases):
        return None
    opts = pulumi.ResourceOptions.merge(args.opts, None)  # a copy: others may hold the same options
    opts.aliases = unversioned
    return pulumi.ResourceTransformationResult(props=args.props, opts=opts)


def _of_one_version(alias: object) -> bool:
    if not isinstance(alias, pulumi.Alias) or not _VERSIONED.fullmatch(str(alias.type_)):
        return False
    return vars(alias) == vars(pulumi.Alias(type_=alias.type_))  # nothing but a type
