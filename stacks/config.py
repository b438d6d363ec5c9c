"""The one reader of Pulumi config: `StackConfig.load()`, frozen, checked before anything is declared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import pulumi
import yaml
from pulumi.runtime.config import CONFIG
from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator

from roastery.components.network.forges import published_ranges
from roastery.domain import Guid, Region, StrictSettings
from roastery.naming import KINDS, NameRuleError, Names
from roastery.snowflake.settings import SnowflakeSection
from stacks import sections
from stacks.bootstrap_section import STATE_CONTAINER, BootstrapSection
from stacks.config_messages import NAMESPACE, explain
from stacks.network_section import RESERVED, NetworkSection
from stacks.serving_section import ServingSection
from stacks.workflow_section import WorkflowsSection

ROOT = Path(__file__).resolve().parents[1]
ENCRYPTED = "encrypted"


class ConfigError(pulumi.RunError):
    """The stack file is wrong; a line for each finding: key, value, limit and fix.

    It is a `RunError`, which Pulumi prints without a traceback.
    """


class StackConfig(StrictSettings):
    """Everything in which stacks differ, read from `Pulumi.<stack>.yaml`."""

    workload: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,9}$", description="Short; part of every name.")]
    environment: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,5}$", description="dev, test, prod, ...")]
    region: Region
    subscription: Guid
    tenant: Guid
    owner: str
    cost_centre: str
    production: bool = Field(description="Locks, protection and no public network access.")
    network: NetworkSection
    monitoring: sections.MonitoringSection
    data: sections.DataSection = Field(default_factory=sections.DataSection)
    workspace: sections.WorkspaceSection = Field(default_factory=sections.WorkspaceSection)
    cluster: sections.ClusterSection
    argo: sections.ArgoSection
    workflows: WorkflowsSection
    images: sections.ImagesSection
    machines: sections.MachinesSection
    people: sections.PeopleSection
    snowflake: SnowflakeSection
    snowflake_secret: SecretStr | None = Field(
        default=None,
        description="Password or OAuth client secret of the connection: pulumi config set --secret.",
    )
    serving: ServingSection
    budget: sections.BudgetSection
    bootstrap: BootstrapSection = Field(default_factory=BootstrapSection)

    @classmethod
    def load(cls) -> Self:
        """The config of the stack that runs.

        Raises:
            ConfigError: something in the stack file is wrong; nothing has been declared yet.
        """
        prefix = f"{NAMESPACE}:"
        values = {k.removeprefix(prefix): v for k, v in CONFIG.get().items() if k.startswith(prefix)}
        plain = {key: _plain(value) for key, value in values.items()}
        config = cls.parse(plain)
        _refuse_same_names(config, pulumi.get_stack(), ROOT)
        for warning in renamed_keys(plain):
            pulumi.log.warn(warning)
        return config

    @classmethod
    def of_file(cls, stack: str, root: Path = ROOT) -> Self:
        """The config in `Pulumi.<stack>.yaml`, outside of Pulumi or for another program of the same stack.

        Raises:
            ConfigError: the file is missing or wrong.
        """
        file = root / f"Pulumi.{stack.rpartition('/')[2]}.yaml"
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except OSError:
            raise ConfigError(f"{file} does not exist: write the platform's stack file first") from None
        except yaml.YAMLError as error:
            raise ConfigError(f"{file.name} is not valid YAML: {' '.join(str(error).split())}") from None
        prefix = f"{NAMESPACE}:"
        values = content.get("config") or {}
        return cls.parse(
            {
                key.removeprefix(prefix): _encrypted(value)
                for key, value in values.items()
                if key.startswith(prefix)
            }
        )

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """The config of these values.

        Args:
            values: by key of the stack file without `roastery:`; renamed keys are accepted.

        Raises:
            ConfigError: with a line per finding.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(
                "\n".join(explain(StackConfig, finding) for finding in error.errors())
            ) from None

    @property
    def names(self) -> Names:
        """Names of everything in this stack."""
        return Names(
            workload=self.workload,
            environment=self.environment,
            region=self.region,
            salt=self.subscription,
        )

    @property
    def state_url(self) -> str:
        """Pulumi's backend: where the states of both programs are."""
        return self.workflows.state or self.own_state_url

    @property
    def own_state_url(self) -> str:
        """The store that `roast bootstrap` makes."""
        return f"azblob://{STATE_CONTAINER}?storage_account={self.names.of('state account')}"

    @property
    def tags(self) -> dict[str, str]:
        """Tags of everything that takes them."""
        return {
            "workload": self.workload,
            "environment": self.environment,
            "owner": self.owner,
            "cost-centre": self.cost_centre,
            "managed-by": "pulumi",
        }

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        for kind in KINDS:
            try:
                self.names.of(kind)
            except NameRuleError as error:
                raise ValueError(str(error)) from None
        return self

    @model_validator(mode="after")
    def _addresses_apart(self) -> Self:
        for name in ("service_cidr", "pod_cidr"):
            range_ = getattr(self.cluster, name)
            if range_.overlaps(self.network.cidr):
                raise ValueError(f"cluster.{name} {range_} overlaps network.cidr {self.network.cidr}")
        subnet = self.network.subnets.cluster
        capacity = subnet.num_addresses - RESERVED
        if capacity < self.cluster.most_nodes:
            raise ValueError(
                f"network.subnets.cluster {subnet} holds {capacity} nodes, but the pools grow to "
                f"{self.cluster.most_nodes} while upgrading: widen the subnet or lower a pool's maximum"
            )
        return self

    @model_validator(mode="after")
    def _images_can_be_pulled(self) -> Self:
        if self.network.egress != "open" and not self.argo.image_registry.endswith(".azurecr.io"):
            raise ValueError(
                f"argo.image_registry {self.argo.image_registry} can't be reached with network.egress "
                f"{self.network.egress}: mirror the images with roast mirror and name the shared registry, "
                "or set network.egress open"
            )
        return self

    @property
    def forge_ranges(self) -> tuple[str, ...]:
        """Public ranges that `git clone` reaches; needed with egress `tags` only."""
        return tuple(map(str, self.network.forge_ranges)) or published_ranges(self.workflows.repository)

    @model_validator(mode="after")
    def _hosts_can_be_reached(self) -> Self:
        egress = self.network.egress
        if egress == "tags" and not self.forge_ranges:
            raise ValueError(
                f"network.egress tags: the ranges of {self.workflows.repository} are not published: name "
                "them in network.forge_ranges, or set network.egress firewall"
            )
        if self.workflows.notices == "webhook" and egress == "tags":
            raise ValueError(
                "workflows.notices webhook: with network.egress tags nothing reaches it, because security "
                "groups name no hosts: set egress firewall, or notices monitor"
            )
        if self.workflows.notices == "webhook" and egress == "firewall" and not self.workflows.notify_hosts:
            raise ValueError("workflows.notices webhook needs workflows.notify_hosts behind the firewall")
        return self

    @model_validator(mode="after")
    def _connection_has_its_secret(self) -> Self:
        stored = self.snowflake.authentication in ("oauth", "password")
        if stored and self.snowflake_secret is None:
            raise ValueError(
                f"snowflake.authentication {self.snowflake.authentication} needs snowflake_secret: "
                f"pulumi config set --secret {NAMESPACE}:snowflake_secret"
            )
        if not stored and self.snowflake_secret is not None:
            raise ValueError(
                f"snowflake_secret is set, but authentication {self.snowflake.authentication} stores none"
            )
        return self

    @model_validator(mode="after")
    def _production_is_closed(self) -> Self:
        if self.environment == "prod" and not self.production:
            raise ValueError("production is false in environment prod: locks and protection belong there")
        if self.production and self.network.public_access:
            services = ", ".join(self.network.public_access)
            raise ValueError(
                f"network.public_access [{services}]: production has no public network access; remove them"
            )
        if self.production and self.network.egress == "open":
            raise ValueError("network.egress is open: production mirrors what it pulls; set firewall or tags")
        if self.production and not self.cluster.zones:
            raise ValueError("cluster.zones is empty: production spreads over availability zones")
        return self


def renamed_keys(values: Mapping[str, Any]) -> list[str]:
    """A warning for each key that has a new name; the old one is accepted until the next version.

    Args:
        values: as for `StackConfig.parse`, which has accepted them.
    """
    warnings: list[str] = []
    for section, model in StackConfig.model_fields.items():
        fields = getattr(model.annotation, "model_fields", {})
        for name, field in fields.items():
            aliases = field.validation_alias
            old_names = aliases.choices[1:] if isinstance(aliases, AliasChoices) else []
            warnings += [
                f"{NAMESPACE}:{section}.{old} is now called {NAMESPACE}:{section}.{name}: rename it in the "
                "stack file, the old name will be refused by the next version"
                for old in old_names
                if old in values.get(section, ())
            ]
    return warnings


def _encrypted(value: Any) -> Any:
    """The value; a secret is not decrypted, since only the platform's program needs it."""
    return ENCRYPTED if isinstance(value, dict) and set(value) == {"secure"} else value


def _plain(value: str) -> Any:
    """A Pulumi config value: JSON for objects, text for scalars, which pydantic then reads."""
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _refuse_same_names(config: StackConfig, stack: str, folder: Path) -> None:
    """Two stacks with equal workload, environment, region and subscription would claim the same names."""
    claimed = (config.workload, config.environment, config.region, config.subscription)
    for file in sorted(folder.glob("Pulumi.*.yaml")):
        other = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
        if other == stack.rpartition("/")[2]:
            continue
        values = (yaml.safe_load(file.read_text()) or {}).get("config") or {}
        other_claim = tuple(
            values.get(f"{NAMESPACE}:{k}") for k in ("workload", "environment", "region", "subscription")
        )
        if other_claim == claimed:
            raise ConfigError(
                f"stacks {stack} and {other} both claim the name "
                f"{config.names.of('storage account')}, which is global: give one of them another "
                f"{NAMESPACE}:workload, environment or region"
            )
