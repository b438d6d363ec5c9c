"""What a stack file asks for. The program checks it; the doctor only reads it, with the schema's defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from roastery import stack_file
from roastery.naming import KINDS, Names
from roastery.stack_file import StackFileError

NAMESPACE = "roastery"
SCHEMA = Path("docs/stack.schema.json")
_NAME_IN_VAULT = r"^[A-Za-z0-9-]{1,127}$"  # the pattern of every setting that names a secret
_DIGEST = re.compile(
    r"(?P<registry>[\w.-]+\.azurecr\.io)/(?P<name>[a-z0-9./_-]+)@(?P<digest>sha256:[0-9a-f]{64})"
)
_SURGE = 3  # a third of a pool is added while it is upgraded
Settings = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Machines of one size that the stack may have at a time."""

    name: str
    size: str
    count: int
    surge: int = 0


@dataclass(frozen=True, kw_only=True)
class PinnedImage:
    """An image or a chart in a registry, by digest or by version."""

    setting: str
    registry: str
    name: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class StateStore:
    """Where Pulumi's state is, and the key that encrypts it."""

    account: str
    container: str
    vault: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """The settings of one stack.

    Args:
        name: the stack's.
        values: by key without `roastery:`.
        defaults: of the schema: by section, by key.
        secret_settings: names of the settings that name a secret of the vault, by section.
        secrets_provider: of Pulumi.
    """

    name: str
    values: Settings
    defaults: Mapping[str, Settings]
    secret_settings: Mapping[str, tuple[str, ...]]
    secrets_provider: str = ""

    def get(self, path: str) -> Any:
        """The value at `section.key`, or its default.

        Raises:
            StackFileError: it has neither.
        """
        section, _, key = path.partition(".")
        value: Any = self.values.get(section)
        if key:
            own = cast(Settings, value) if isinstance(value, dict) else {}
            value = own.get(key, self.defaults.get(section, {}).get(key))
        if value is None:
            raise StackFileError(
                f"{NAMESPACE}:{path} is missing in Pulumi.{self.name}.yaml",
                "docs/stack.schema.json describes every key",
            )
        return value

    def text(self, path: str) -> str:
        return str(self.get(path))

    @property
    def names(self) -> Names:
        """The names of everything in the stack, as the program composes them."""
        return Names(
            workload=self.text("workload"),
            environment=self.text("environment"),
            region=self.text("region"),
            salt=self.text("subscription"),
        )

    def global_names(self) -> Iterator[tuple[str, str]]:
        """Kind and name of what is unique in all of Azure."""
        for kind, rule in KINDS.items():
            elsewhere = kind == "shared registry" and "registry" in (self.values.get("bootstrap") or {})
            if rule.unique and not elsewhere:
                yield kind, self.names.of(kind)

    def pools(self) -> Iterator[Pool]:
        """The cluster's pools at their largest, the jump box and one build agent."""
        cluster: Settings = self.get("cluster")
        for key, pool in cluster.items():
            if isinstance(pool, dict) and {"size", "maximum"} <= set(pool):
                most = int(pool["maximum"])
                yield Pool(
                    name=f"cluster.{key}", size=str(pool["size"]), count=most, surge=-(-most // _SURGE)
                )
        size = self.text("machines.size")
        yield Pool(name="machines (jump box and one build agent)", size=size, count=2)

    def zones(self) -> tuple[str, ...]:
        return tuple(str(zone) for zone in self.get("cluster").get("zones") or ())

    def images(self) -> Iterator[PinnedImage]:
        """The images by digest and the mirrored charts that are in a registry of Azure."""
        for key, value in cast(Settings, self.get("images")).items():
            match = _DIGEST.fullmatch(str(value))
            if match:
                yield PinnedImage(
                    setting=f"images.{key}",
                    registry=match["registry"],
                    name=match["name"],
                    reference=match["digest"],
                )
        repository = urlsplit(self.text("argo.chart_repository"))
        if repository.scheme == "oci" and (repository.hostname or "").endswith(".azurecr.io"):
            for setting, chart in (("workflows_chart", "argo-workflows"), ("events_chart", "argo-events")):
                yield PinnedImage(
                    setting=f"argo.{setting}",
                    registry=repository.hostname or "",
                    name=f"{repository.path.strip('/')}/{chart}",
                    reference=self.text(f"argo.{setting}"),
                )

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Setting and name of each secret that the stack reads from its vault."""
        for section, keys in self.secret_settings.items():
            for key in keys:
                own = self.values.get(section)
                value = cast(Settings, own).get(key) if isinstance(own, dict) else None
                name = value or self.defaults.get(section, {}).get(key)
                if isinstance(name, str):
                    yield f"{section}.{key}", name

    def state(self) -> StateStore:
        """The state store of `workflows.state`, and the key of `secretsprovider`."""
        address = urlsplit(self.text("workflows.state"))
        key = urlsplit(self.secrets_provider)
        vault = key.hostname or "" if key.scheme == "azurekeyvault" else ""
        return StateStore(
            account=parse_qs(address.query).get("storage_account", [""])[0],
            container=address.netloc,
            vault=vault.partition(".")[0],
            key=key.path.strip("/").split("/")[1] if vault and key.path.count("/") > 1 else "",
        )

    def devops_organisation(self) -> str:
        """The organisation in Azure DevOps that holds the repository; empty for another host."""
        address = urlsplit(self.text("workflows.repository"))
        return address.path.strip("/").partition("/")[0] if address.hostname == "dev.azure.com" else ""


def read(root: Path, stack: str) -> StackFile:
    """The settings in `Pulumi.<stack>.yaml`.

    Raises:
        StackFileError: there is no such file, it can't be read, or it has no settings of ours.
    """
    defaults, secret_settings = _of_schema(root / SCHEMA)
    return StackFile(
        name=stack,
        values=dict(stack_file.read(stack, root)),
        defaults=defaults,
        secret_settings=secret_settings,
        secrets_provider=stack_file.secrets_provider(stack, root),
    )


def _of_schema(file: Path) -> tuple[dict[str, Settings], dict[str, tuple[str, ...]]]:
    """Defaults, and the settings that name secrets, by section."""
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, {}
    defaults: dict[str, Settings] = {}
    secrets: dict[str, tuple[str, ...]] = {}
    for key, value in schema["properties"]["config"]["properties"].items():
        reference = str(value.get("$ref", ""))
        properties: Settings = schema["$defs"].get(reference.rpartition("/")[2], {}).get("properties", {})
        section = key.removeprefix(f"{NAMESPACE}:")
        defaults[section] = {name: some["default"] for name, some in properties.items() if "default" in some}
        named = tuple(name for name, some in properties.items() if _NAME_IN_VAULT in _patterns(some))
        if named:
            secrets[section] = named
    return defaults, secrets


def _patterns(some: Settings) -> set[str]:
    return {str(choice.get("pattern", "")) for choice in [some, *some.get("anyOf", [])]}
