"""Charts and images by digest into the shared registry; other content under a known tag is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from roastery.bootstrap import oci
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, PlanError, RightMissingError
from roastery.bootstrap.mirror import Lock, Mirror, Mirrored, items

pytestmark = pytest.mark.xdist_group("mirror")


def mirror(registries: Any, folder: Path, **changes: Any) -> list[Mirrored]:
    settings = {"tokens": registries.tokens, "through": registries.publisher, **changes}
    run = Mirror(plan=registries.plan, arm=registries.arm, lock=Lock(folder / "lock.json"), **settings)
    return run.run(items(registries.plan), lambda _: None)


def test_everything_is_imported_once_with_the_publishers_digest(registries: Any, tmp_path: Path) -> None:
    first = mirror(registries, tmp_path)

    assert {result.action for result in first} == {"imported"}
    assert all(result.verified for result in first)
    names = {f"{result.item.repository}:{result.item.tag}" for result in first}
    assert {"helm/argo-workflows:1.0.18", "helm/argo-events:2.4.22", "nats:2.10.10"} <= names
    for result in first:
        manifest = registries.repository(result.item).manifest(result.item.tag)
        assert manifest is not None
        assert manifest.digest == result.digest
    lock = json.loads((tmp_path / "lock.json").read_text())
    assert lock == {result.item.source: result.digest for result in first}

    assert {result.action for result in mirror(registries, tmp_path)} == {"present"}


def test_a_tag_that_was_moved_is_refused_until_it_is_accepted(registries: Any, tmp_path: Path) -> None:
    mirror(registries, tmp_path)
    moved = items(registries.plan)[0]
    digest = registries.publish(moved, "something else")

    with pytest.raises(BootstrapError, match=rf"{moved.source} has another content than before: {digest}"):
        mirror(registries, tmp_path)

    accepted = mirror(registries, tmp_path, update=True)
    assert [result.action for result in accepted if result.digest == digest] == ["imported"]


def test_a_registry_without_exports_is_no_source(registries: Any, tmp_path: Path) -> None:
    registries.publish(items(registries.plan)[1], "new content")
    registries.set_exports(enabled=False)
    try:
        with pytest.raises(RightMissingError, match="Export is disabled on registry crpublisher"):
            mirror(registries, tmp_path)
    finally:
        registries.set_exports(enabled=True)


def test_a_copy_uploads_each_blob_once(registries: Any, tmp_path: Path) -> None:
    digest = registries.publish(items(registries.plan)[2], "copied content")

    results = mirror(registries, tmp_path, copy=True)

    assert [result.action for result in results if result.digest == digest] == ["copied"]


def test_a_source_that_cannot_be_reached_needs_the_lock_file(registries: Any, tmp_path: Path) -> None:
    with pytest.raises(OutOfReachError, match=r"is not in lock\.json, and ghcr\.io can't be reached"):
        mirror(registries, tmp_path, through="")


def test_a_registry_that_cannot_be_reached_from_here_is_not_compared(registries: Any, tmp_path: Path) -> None:
    host = registries.publisher_host
    only_the_source = {host: registries.tokens[host]}

    results = mirror(registries, tmp_path, tokens=only_the_source)

    assert {result.verified for result in results} == {None}
    with pytest.raises(OutOfReachError, match="which --copy needs"):
        mirror(registries, tmp_path, tokens=only_the_source, copy=True)


def test_damaged_content_is_not_copied(registries: Any) -> None:
    item = items(registries.plan)[0]
    digest = registries.publish(item, "whole")

    manifest = registries.repository(item).manifest(digest)

    assert manifest is not None
    with pytest.raises(BootstrapError, match="is missing or damaged"):
        registries.repository(item).blob(oci.digest_of(b"never pushed"))


def test_a_registry_refuses_who_is_not_signed_in(registries: Any) -> None:
    stranger = oci.Repository(registries.plan.login_server, "helm/argo-workflows")

    with pytest.raises(RightMissingError, match="failed to fetch token: 401"):
        stranger.manifest("1.0.18")


@pytest.mark.parametrize("name", ["nats", "quay.io/x", "quay.io/x@sha256:00", "localhost/x"])
def test_a_further_image_is_named_with_registry_and_tag(registries: Any, name: str) -> None:
    with pytest.raises(PlanError, match="is not a valid name"):
        items(registries.plan, [name])
