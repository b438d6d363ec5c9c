"""New data is reported by Event Grid's own identity, to a queue or an event hub."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery import roles
from roastery.components.events.landing import Landing, LandingArgs
from roastery.components.events.transport import Transport, declare_destination, host
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount, StorageAccountArgs

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def landing(
    declare: Declare, group: ResourceGroup, private_access: Callable[..., PrivateAccess]
) -> Callable[[Transport], Any]:
    """What is declared for new data in a lake."""

    def declared(transport: Transport) -> Any:
        def program() -> None:
            access = private_access("namespace", "blob")
            accounts = [
                StorageAccount(
                    name,
                    StorageAccountArgs(
                        resource_group=group,
                        private_access=access,
                        log_workspace_id="logs-id",
                        services=(),
                        hierarchical=name == "lake",
                    ),
                )
                for name in ("lake", "storage")
            ]
            lake, storage = accounts
            below_lake = pulumi.ResourceOptions(parent=lake)
            destination = declare_destination(
                transport,
                "landing",
                resource_group=group,
                private_access=access,
                log_workspace_id="logs-id",
                account=storage,
                hub_opts=below_lake,
            )
            args = LandingArgs(
                resource_group=group,
                watched=lake,
                container="landing",
                marker="_SUCCESS",
                destination=destination,
                dead_letters=storage,
                reader="reader-principal",
            )
            Landing("landing", args, below_lake)

        return declare(program)

    return declared


def test_a_queue_needs_no_event_hub(landing: Callable[[Transport], Any]) -> None:
    declared = landing("queue")

    queue = declared.named("queue-landing")
    assert queue.parent == "storage"
    assert declared.of_type("Namespace") == []
    assert declared.roles()["landing-send"] == (roles.QUEUE_MESSAGE_SENDER, "st-id")
    assert declared.roles()["landing-read"] == (roles.QUEUE_MESSAGE_PROCESSOR, "st-id")


def test_an_event_hub_is_private_and_known_to_entra_id_only(landing: Callable[[Transport], Any]) -> None:
    declared = landing("event_hub")

    namespace = declared.inputs("evhns-landing")
    assert namespace["disableLocalAuth"] is True
    assert namespace["publicNetworkAccess"] == "Disabled"
    rules = declared.inputs("evhns-landing-network")
    assert (rules["defaultAction"], rules["trustedServiceAccessEnabled"]) == ("Deny", True)
    assert declared.names("PrivateEndpoint") == {"pep-evh-landing-namespace"}
    assert declared.names("Queue") == set()
    assert declared.roles()["landing-send"] == (roles.EVENT_HUBS_SENDER, "evh-landing-id")
    assert declared.roles()["landing-read"] == (roles.EVENT_HUBS_RECEIVER, "evh-landing-id")


def test_event_grid_delivers_as_its_own_identity_and_stores_what_it_can_not_deliver(
    landing: Callable[[Transport], Any],
) -> None:
    declared = landing("queue")

    subscription = declared.inputs("evgs-landing")
    assert subscription["deliveryWithResourceIdentity"]["identity"] == {"type": "SystemAssigned"}
    dead_letters = subscription["deadLetterWithResourceIdentity"]["deadLetterDestination"]
    assert dead_letters["blobContainerName"] == "landing-undelivered"
    assert declared.roles()["landing-lost"] == (roles.BLOB_CONTRIBUTOR, "st-id")
    assert declared.inputs("evgt-landing")["source"] == "dls-id"


def test_only_the_marker_of_a_complete_upload_is_reported_and_only_once(
    landing: Callable[[Transport], Any],
) -> None:
    event_filter = landing("queue").inputs("evgs-landing")["filter"]

    assert event_filter["subjectBeginsWith"] == "/blobServices/default/containers/landing/"
    assert event_filter["subjectEndsWith"] == "/_SUCCESS"
    assert "FlushWithClose" in event_filter["advancedFilters"][0]["values"]
    assert "CreateFile" not in event_filter["advancedFilters"][0]["values"]


def test_the_subscription_waits_for_its_containers_and_its_roles(landing: Callable[[Transport], Any]) -> None:
    assert landing("queue").named("evgs-landing").depends_on >= {
        "container-landing", "container-landing-undelivered",
        "role-landing-send", "role-landing-lost", "role-landing-read",
    }  # fmt: skip


def test_containers_are_below_the_landing(landing: Callable[[Transport], Any]) -> None:
    declared = landing("queue")

    assert {container.parent for container in declared.of_type("BlobContainer")} == {"landing"}
    assert declared.named("landing").parent == "lake"


def test_a_reader_knows_the_host_before_it_exists(group: ResourceGroup) -> None:
    assert host("queue", "landing", group.names) == group.names.of("storage account")
    assert host("event_hub", "landing", group.names).endswith(".servicebus.windows.net")
