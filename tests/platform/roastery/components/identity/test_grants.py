"""Which roles each identity and each group of people gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery import roles
from roastery.components.identity import grants
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
SCOPES = grants.Scopes(workspace="mlw", storage="st", lake="dls", registry="cr", vault="kv", insights="appi")
TABLES: dict[str, list[RoleGrant]] = {
    "jobs": grants.jobs("p", SCOPES, None),
    "workflows": grants.workflows("p", SCOPES),
    "promotion": [grants.promotion("p", "id-jobs")],
    "router": grants.router("p", "kv", {"certificate": "cert", "key": "key"}),
    "deployments": grants.deployments("p", SCOPES),
    "data scientists": grants.data_scientists("g", SCOPES),
    "auditors": grants.auditors("g", SCOPES),
    "jump box": [grants.jump_box("p", "cr")],
    "engineers": [
        grants.engineers_on_vault("g", "kv"),
        *grants.engineers_on_jump_box("g", "vm", "nic", "bas"),
    ],
}
EVERY = [grant for table in TABLES.values() for grant in table]
EXPECTED = {
    "jobs": {
        "jobs-blob": (roles.BLOB_CONTRIBUTOR, "st"),
        "jobs-lake": (roles.BLOB_CONTRIBUTOR, "dls"),
        "jobs-pull": (roles.ACR_PULL, "cr"),
        "jobs-workspace": (roles.ML_DATA_SCIENTIST, "mlw"),
        "jobs-metrics": (roles.METRICS_PUBLISHER, "appi"),
    },
    "workflows": {
        "argo-workspace": (roles.ML_DATA_SCIENTIST, "mlw"),
        "argo-secrets": (roles.KEY_VAULT_SECRETS_USER, "kv"),
        "argo-blob": (roles.BLOB_CONTRIBUTOR, "st"),
        "argo-metrics": (roles.METRICS_PUBLISHER, "appi"),
    },
    "promotion": {"argo-jobs-identity": (roles.MANAGED_IDENTITY_OPERATOR, "id-jobs")},
    "deployments": {
        "runner-secrets": (roles.KEY_VAULT_SECRETS_USER, "kv"),
        "runner-blob": (roles.BLOB_CONTRIBUTOR, "st"),
        "runner-metrics": (roles.METRICS_PUBLISHER, "appi"),
    },
    "data scientists": {
        "scientists-workspace": (roles.ML_DATA_SCIENTIST, "mlw"),
        "scientists-blob": (roles.BLOB_READER, "st"),
        "scientists-files": (roles.FILE_PRIVILEGED_CONTRIBUTOR, "st"),
    },
    "auditors": {
        "auditors-workspace": (roles.READER, "mlw"),
        "auditors-vault": (roles.READER, "kv"),
    },
    "jump box": {"jump-pull": (roles.ACR_PULL, "cr")},
    "engineers": {
        "engineers-vault": (roles.KEY_VAULT_ADMINISTRATOR, "kv"),
        "engineers-jump": (roles.VM_ADMINISTRATOR_LOGIN, "vm"),
        "engineers-machine": (roles.READER, "vm"),
        "engineers-interface": (roles.READER, "nic"),
        "engineers-bastion": (roles.READER, "bas"),
    },
}


@pytest.mark.parametrize("table", EXPECTED)
def test_nobody_gets_another_role_than_these(table: str) -> None:
    assert {grant.name: (grant.role, grant.scope) for grant in TABLES[table]} == EXPECTED[table]


def test_every_grant_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({grant.name for grant in EVERY}) == len(EVERY)
    assert all(len(grant.why) > 10 for grant in EVERY)


def test_people_are_groups_and_programs_are_service_principals() -> None:
    of_people = {grant.name for grant in EVERY if grant.principal_type == "Group"}

    assert of_people == {grant.name for grant in EVERY if grant.principal == "g"}


def test_the_import_reads_its_own_secret_and_no_other(declare: Declare, group: ResourceGroup) -> None:
    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "parent")
        assign_all(grants.jobs("p", SCOPES, "snowflake"), names=group.names, parent=parent)

    declared = declare(program).roles()

    assert declared["jobs-secret"] == (roles.KEY_VAULT_SECRETS_USER, "kv/secrets/snowflake")


def test_the_router_reads_its_certificate_and_its_key_and_nothing_else(
    declare: Declare, group: ResourceGroup
) -> None:
    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "parent")
        secrets = {"certificate": "endpoint-certificate", "key": "endpoint-key"}
        assign_all(grants.router("p", "kv", secrets), names=group.names, parent=parent)

    assert declare(program).roles() == {
        "router-certificate": (roles.KEY_VAULT_SECRETS_USER, "kv/secrets/endpoint-certificate"),
        "router-key": (roles.KEY_VAULT_SECRETS_USER, "kv/secrets/endpoint-key"),
    }
