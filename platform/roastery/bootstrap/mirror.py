"""`roast mirror`: charts and images, by digest, into the shared registry.

The registry imports them itself where it can reach their publisher (`importImage`, as `az acr import`); with
`copy` this machine pulls and pushes, and has to reach both. Digests are written into a lock file, which is
committed: from then on another content under the same tag is refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from roastery import files
from roastery.bootstrap import oci
from roastery.bootstrap.arm import ManagementClient
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, PlanError
from roastery.bootstrap.plan import BootstrapPlan

LOCK = "mirror.lock.json"
REGISTRY_VERSION = "2025-11-01"
ENTRA_SCOPE = "https://containerregistry.azure.net/.default"
"""The audience that every registry accepts: learn.microsoft.com/azure/container-registry,
container-registry-disable-authentication-as-arm."""
_ACCEPTED, _POLL, _LONGEST = 202, 5, 900


@dataclass(frozen=True, kw_only=True)
class Item:
    """One artefact: where it is published, and where it is in the mirror."""

    source: str
    repository: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class Mirrored:
    """What happened to one artefact; `verified` is None where the registry can't be read from here."""

    item: Item
    digest: str
    action: str
    verified: bool | None


def items(plan: BootstrapPlan, extra: Sequence[str] = ()) -> list[Item]:
    """The charts and images of the program, and further images by their full names."""
    charts = [
        Item(source=chart.source, repository=f"helm/{chart.name}", tag=chart.version) for chart in plan.charts
    ]
    images = [Item(source=image.source, repository=image.repository, tag=image.tag) for image in plan.images]
    return [*charts, *images, *(_named(name) for name in extra)]


def host_of(through: str) -> tuple[str, str]:
    """Host and path of what serves the publishers' repositories: written out, or of a registry's ARM id."""
    if through.startswith("/subscriptions/"):
        return f"{through.rpartition('/')[2].lower()}.azurecr.io", ""
    host, _, path = through.partition("/")
    return host, path


def _named(name: str) -> Item:
    host, _, rest = name.partition("/")
    repository, _, tag = rest.rpartition(":")
    if "." not in host or not repository or not tag or "@" in name:
        raise PlanError(f"--image {name} is not a valid name", "write <registry>/<repository>:<tag>")
    return Item(source=name, repository=repository, tag=tag)


class Lock:
    """The digests of sources, in a file that is committed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._digests: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
        except ValueError as error:
            raise PlanError(f"{file} is not valid JSON: {error}", "restore it from Git") from None

    def get(self, source: str) -> str | None:
        """The digest that was written."""
        return self._digests.get(source)

    def set(self, source: str, digest: str) -> None:
        """Writes a digest; the file is complete after every one."""
        self._digests[source] = digest
        files.write(self.file, json.dumps(dict(sorted(self._digests.items())), indent=2) + "\n")


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """One run.

    Args:
        plan: of the stack.
        arm: signed in as somebody who may import: Contributor on the registry.
        lock: digests of earlier runs.
        tokens: refresh tokens of Azure's registries by host; none for one that can't be reached from here.
        through: what serves the publishers' repositories instead of them: a host, perhaps with a path, or the
            ARM id of a registry.
        copy: pull and push here.
        update: accept other content under a known tag.
    """

    plan: BootstrapPlan
    arm: ManagementClient
    lock: Lock
    tokens: Mapping[str, str] = field(default_factory=dict[str, str])
    through: str = ""
    copy: bool = False
    update: bool = False

    def run(self, wanted: Sequence[Item], progress: Callable[[str], None]) -> list[Mirrored]:
        """Mirrors each item that is not in the registry yet.

        Raises:
            BootstrapError: a digest is not the expected one, or a registry refuses.
            OutOfReachError: a digest is not known, and the source can't be reached from here.
        """
        results: list[Mirrored] = []
        for item in wanted:
            result = self._mirror_item(item)
            progress(f"{result.action:<9} {item.repository}:{item.tag} {result.digest}")
            results.append(result)
        return results

    def _mirror_item(self, item: Item) -> Mirrored:
        source = self._source(item)
        digest = self._digest(item, source)
        target = self._target(item)
        before = target.manifest(item.tag) if target else None
        if before and before.digest == digest:
            return Mirrored(item=item, digest=digest, action="present", verified=True)
        if self.copy:
            if target is None:
                raise OutOfReachError(
                    f"{self.plan.login_server} can't be reached from here, which --copy needs",
                    "run this from bootstrap.allowed_addresses or inside the network, or leave --copy out",
                )
            manifest = source.manifest(digest)
            if manifest is None:
                raise BootstrapError(f"{source} has no manifest {digest}")
            oci.copy(source, target, manifest, item.tag)
        else:
            self._import(item, source, digest)
        after = target.manifest(item.tag) if target else None
        if target and (after is None or after.digest != digest):
            raise BootstrapError(
                f"{target}:{item.tag} has the digest {after.digest if after else 'none'} after the import, "
                f"not {digest}"
            )
        action = "copied" if self.copy else "imported"
        return Mirrored(item=item, digest=digest, action=action, verified=True if target else None)

    def _source(self, item: Item) -> oci.Repository:
        host, _, rest = item.source.partition("/")
        name = rest.rpartition(":")[0]
        if self.through:
            host, path = host_of(self.through)
            name = f"{path}/{name}" if path else name
        secure = not host.startswith(("localhost", "127.0.0.1"))
        return oci.Repository(host, name, self.tokens.get(host, ""), secure=secure)

    def _target(self, item: Item) -> oci.Repository | None:
        host = self.plan.login_server
        return oci.Repository(host, item.repository, self.tokens[host]) if host in self.tokens else None

    def _digest(self, item: Item, source: oci.Repository) -> str:
        """Of the lock file, compared with what is published if that can be reached from here."""
        known = self.lock.get(item.source)
        try:
            published = source.manifest(item.tag)
        except OutOfReachError:
            if known is None:
                raise OutOfReachError(
                    f"the digest of {item.source} is not in {self.lock.file.name}, and {source.host} can't "
                    "be reached from here",
                    "run this where it can be reached and commit the lock file, or name a mirror: --from",
                ) from None
            return known
        if published is None:
            raise BootstrapError(f"{source} has no tag {item.tag}")
        if known and known != published.digest and not self.update:
            raise BootstrapError(
                f"{item.source} has another content than before: {published.digest}, not {known}",
                "find out why; then accept it with --update",
            )
        if known != published.digest:
            self.lock.set(item.source, published.digest)
        return published.digest

    def _import(self, item: Item, source: oci.Repository, digest: str) -> None:
        by_id = self.through.startswith("/subscriptions/")
        origin = {"resourceId": self.through} if by_id else {"registryUri": source.host}
        body = {
            "source": {**origin, "sourceImage": f"{source.name}@{digest}"},
            "targetTags": [f"{item.repository}:{item.tag}"],
            "mode": "Force",
        }
        reply = self.arm.send("POST", f"{self.plan.registry}/importImage", REGISTRY_VERSION, body)
        end = time.monotonic() + _LONGEST
        while reply.status == _ACCEPTED:
            if time.monotonic() > end:
                raise OutOfReachError(f"the import of {item.source} takes longer than {_LONGEST} seconds")
            time.sleep(float(reply.headers.get("retry-after", _POLL)))
            reply = self.arm.follow(str(reply.headers["location"]))
