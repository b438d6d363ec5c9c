"""State store, shared registry, and the identities and rights that pipelines work with."""

from __future__ import annotations

import pulumi

from roastery import roles
from roastery.components.aliases import without_api_versions
from roastery.components.bootstrap import StateBackend, StateBackendArgs, shared_registry
from roastery.components.identity.pipelines import PipelineToken, federate
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.identity.workload import WorkloadIdentity, WorkloadIdentityArgs
from roastery.components.resource_group import ResourceGroup, declare_group
from stacks.bootstrap.rights import ExistingIdentity, PlatformIdentities, delegated
from stacks.bootstrap_section import STATE_CONTAINER, STATE_KEY, PipelineIdentity
from stacks.config import StackConfig


def declare(config: StackConfig, *, grant: bool) -> None:
    """Declares everything.

    Args:
        config: of the platform's stack.
        grant: the platform has been deployed once: its identities get their rights.
    """
    pulumi.runtime.register_stack_transformation(without_api_versions)
    section = config.bootstrap
    group = declare_group("boot", names=config.names, tags=config.tags, protect=True)
    store = StateBackend(
        "state-store",
        StateBackendArgs(
            resource_group=group,
            tenant=config.tenant,
            container=STATE_CONTAINER,
            key=STATE_KEY,
            redundancy=section.redundancy,
            soft_delete_days=section.soft_delete_days,
            public_access=section.public_ranges,
        ),
    )
    if section.registry:
        registry: pulumi.Input[str] = section.registry
    else:
        registry = shared_registry(group, section.public_ranges).id
    assign_all(_administrators(config, store, registry), names=config.names, parent=store)
    _image_identities(config, group, registry)
    if grant:
        identities = PlatformIdentities.existing(config.names)
        assign_all(delegated(config, identities, store, registry), names=config.names, parent=store)
        named: dict[PipelineIdentity, ExistingIdentity] = {
            "runner": identities.runner,
            "argo": identities.argo,
        }
        for part, identity in named.items():
            federate(tokens(config, part), identity=identity.name, resource_group=identities.group, part=part)
    pulumi.export("state", config.state_url)
    pulumi.export("registry", registry)


def tokens(config: StackConfig, identity: PipelineIdentity) -> list[PipelineToken]:
    """Of the pipelines that may act as that identity."""
    return [
        PipelineToken(name=pipeline.name, issuer=pipeline.issuer, subject=pipeline.subject)
        for pipeline in config.bootstrap.federated(config.environment)
        if pipeline.identity == identity
    ]


def _administrators(config: StackConfig, store: StateBackend, registry: pulumi.Input[str]) -> list[RoleGrant]:
    """Owner contains no data actions: without these, whoever deploys can't read the state that it wrote."""
    group = config.bootstrap.administrators or config.people.platform_engineers
    return [
        RoleGrant(
            name=f"administrators-{part}",
            role=role,
            principal=group,
            principal_type="Group",
            scope=scope,
            why=why,
        )
        for part, role, scope, why in (
            (
                "state",
                roles.BLOB_CONTRIBUTOR,
                store.container_id,
                "People read and write the state",
            ),
            (
                "key",
                roles.KEY_VAULT_CRYPTO_USER,
                store.key_id,
                "People encrypt the secrets in it",
            ),
            ("push", roles.ACR_PUSH, registry, "People mirror charts and images"),
        )
    ]


def _image_identities(config: StackConfig, group: ResourceGroup, registry: pulumi.Input[str]) -> None:
    """Identities that only pipelines use: one pushes images, one reads them."""
    parts: tuple[tuple[PipelineIdentity, roles.Role, str], ...] = (
        ("images", roles.ACR_PUSH, "The pipeline images pushes what it builds"),
        ("pull", roles.ACR_PULL, "Jobs of pipelines run in the runner image"),
    )
    for part, role, why in parts:
        identity = WorkloadIdentity(part, WorkloadIdentityArgs(resource_group=group, part=part))
        grant = RoleGrant(
            name=f"{part}-registry",
            role=role,
            principal=identity.principal_id,
            scope=registry,
            why=why,
        )
        assign_all([grant], names=config.names, parent=identity)
        federate(
            tokens(config, part),
            identity=config.names.of("managed identity", part),
            resource_group=group.name,
            part=part,
            parent=identity,
        )
