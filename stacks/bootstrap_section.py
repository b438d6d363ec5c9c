"""The section `bootstrap` of a stack file: what `roast bootstrap` declares before the platform."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roastery.domain import Cidr, Guid, StrictSettings

STATE_CONTAINER = "pulumi-state"
STATE_KEY = "pulumi"
GITHUB = "https://token.actions.githubusercontent.com"
MOST_CREDENTIALS = 18  # of Azure's 20 per identity, the platform itself uses the others

PipelineIdentity = Literal["runner", "argo", "images", "pull"]


class PipelineSection(StrictSettings):
    """A pipeline outside of Azure that may act as an identity: issuer and subject of its tokens."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$")] = Field(
        description="Of the federated credential."
    )
    identity: PipelineIdentity = Field(
        description="runner deploys, argo starts jobs, images pushes images, pull reads them."
    )
    issuer: Annotated[str, Field(pattern=r"^https://[^\s/*]+(/[^\s*]*)?$")] = Field(
        description="As the service connection of Azure DevOps shows it, character by character."
    )
    subject: Annotated[str, Field(pattern=r"^[^\s*]{1,600}$")] = Field(
        description="Exact: as the service connection of Azure DevOps shows it."
    )


class BootstrapSection(StrictSettings):
    """State store, its key, the shared registry, and who may use them: `roast bootstrap` declares them."""

    private_endpoints: bool = Field(
        default=True, description="Whether the platform reaches the three through its own network."
    )
    allowed_addresses: tuple[Cidr, ...] = Field(
        default=(),
        description="Public ranges that may reach the three: of those who run roast bootstrap from outside.",
    )
    closed: bool = Field(
        default=False,
        description="No public network access, whatever allowed_addresses says: roast bootstrap --close.",
    )
    administrators: Guid | None = Field(
        default=None,
        description="Entra group that may use state, key and registry; by default people.platform_engineers.",
    )
    redundancy: Literal["LRS", "ZRS", "GZRS"] = Field(default="ZRS", description="Of the state's account.")
    soft_delete_days: Annotated[int, Field(ge=7, le=90)] = Field(
        default=90, description="How long a deleted state, key or vault can come back."
    )
    registry: (
        Annotated[
            str,
            Field(
                pattern=r"^/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[^/\s]+/providers/"
                r"Microsoft\.ContainerRegistry/registries/[A-Za-z0-9]{5,50}$"
            ),
        ]
        | None
    ) = Field(
        default=None,
        description="ARM id of the shared registry that another environment's bootstrap declares; without "
        "one this environment declares it.",
    )
    github: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")] | None = Field(
        default=None,
        description="organisation/repository on GitHub, whose environments get federated credentials.",
    )
    pipelines: tuple[PipelineSection, ...] = Field(
        default=(), description="Service connections of Azure DevOps, and other pipelines."
    )

    @property
    def public_ranges(self) -> tuple[Cidr, ...]:
        """The public ranges that may reach the three; none once they are closed."""
        return () if self.closed else self.allowed_addresses

    def federated(self, environment: str) -> tuple[PipelineSection, ...]:
        """Every pipeline; those on GitHub by the environments that .github/workflows names."""
        of_github = {
            f"{environment}-preview": "runner",
            environment: "runner",
            f"{environment}-jobs": "argo",
            f"{environment}-endpoint": "argo",
            "images": "images",
        }
        derived = [
            PipelineSection.model_validate(
                {
                    "name": f"github-{name}",
                    "identity": identity,
                    "issuer": GITHUB,
                    "subject": f"repo:{self.github}:environment:{name}",
                }
            )
            for name, identity in of_github.items()
            if self.github
        ]
        return (*derived, *self.pipelines)

    @model_validator(mode="after")
    def _credentials_differ(self) -> Self:
        names = [pipeline.name for pipeline in self.pipelines]
        double = next((name for name in names if names.count(name) > 1), None)
        if double:
            raise ValueError(f"pipelines has two entries with the name {double}: rename one")
        claims = [(pipeline.identity, pipeline.issuer, pipeline.subject) for pipeline in self.pipelines]
        same = next((claim for claim in claims if claims.count(claim) > 1), None)
        if same:
            raise ValueError(
                f"pipelines names the subject {same[2]} twice for {same[0]}: Azure takes a pair of issuer "
                "and subject once per identity; remove one"
            )
        for identity in ("runner", "argo", "images", "pull"):
            number = sum(pipeline.identity == identity for pipeline in self.pipelines)
            if number > MOST_CREDENTIALS:
                raise ValueError(
                    f"pipelines has {number} entries for {identity}, at most {MOST_CREDENTIALS} are allowed: "
                    "Azure takes 20 federated credentials per identity, and the platform uses two"
                )
        return self
