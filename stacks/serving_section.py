"""The section `serving` of a stack file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roastery.domain import SecretName, StrictSettings

_HOST = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z]{2,63}$"


class ChampionSection(StrictSettings):
    """The model that both deployments start with."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$")]
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,29}$")]
    uri: Annotated[str, Field(pattern=r"^azureml://")] = Field(description="Where its files are: azureml://…")


class ServingSection(StrictSettings):
    """The endpoint and its two deployments."""

    replicas: Annotated[int, Field(ge=1, le=50)] = Field(default=1, description="Of each deployment.")
    cpu: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$|^\d+m$")] = "1"
    memory: Annotated[str, Field(pattern=r"^\d+[MG]i$")] = "2Gi"
    auth_mode: Literal["AMLToken", "Key"] = Field(
        default="AMLToken",
        description="How callers authenticate (no Entra tokens); Key is a secret that somebody has to store.",
    )
    host: Annotated[str, Field(pattern=_HOST, max_length=253)] = Field(
        description="Fully qualified name by which callers reach the endpoint; the certificate is for it.",
    )
    certificate_secret: SecretName = Field(
        default="endpoint-certificate",
        description="Key Vault secret with the certificate for host and its chain, PEM. Put it there before "
        "the first deployment with cluster.reachable true.",
    )
    key_secret: SecretName = Field(
        default="endpoint-key",
        description="Key Vault secret with the key of the certificate, PEM without a passphrase.",
    )
    champion: ChampionSection | None = Field(
        default=None, description="Pinned model; without one the deployments wait for a promotion."
    )

    @model_validator(mode="after")
    def _two_secrets(self) -> Self:
        if self.certificate_secret == self.key_secret:
            raise ValueError(
                f"certificate_secret and key_secret are both {self.key_secret}: the router reads the "
                "certificate and its key from two secrets"
            )
        return self
