"""The section `snowflake` of a stack file: where the sales are, and how the import signs in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from roastery.domain import SecretName, StrictSettings

AuthenticationMethod = Literal["workload_identity", "key_pair", "oauth", "password"]
# Snowflake's own application in Entra ID, for which its drivers ask a token unless they are told another:
# snowflake-connector-python, wif_util.py, DEFAULT_ENTRA_SNOWFLAKE_RESOURCE.
ENTRA_RESOURCE = "api://fd3f753b-eed3-462c-b6a7-a4b5bb650aad"


class SnowflakeSection(StrictSettings):
    """Where the sales are; secrets are in Key Vault, never here."""

    account: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    database: str
    schema_: str = Field(alias="schema")
    warehouse: str
    role: str = "PUBLIC"
    user: str | None = Field(
        default=None,
        description="For key_pair and password; the client id for oauth. For workload_identity, what "
        "`roast snowflake sql` calls the user: Snowflake finds it by the identity.",
    )
    authentication: AuthenticationMethod = "workload_identity"
    identity_provider: Literal["OIDC", "AZURE"] = Field(
        default="OIDC",
        description="For workload_identity: who fetches the Entra token. OIDC: the job, from Azure ML's "
        "identity endpoint. AZURE: Snowflake's connector, from the metadata service of the node or the "
        "variables of AKS workload identity, of which a job on Kubernetes has neither.",
    )
    entra_resource: Annotated[str, Field(pattern=r"^api://[^\s/'][^\s']*$")] = Field(
        default=ENTRA_RESOURCE,
        description="For workload_identity: application id URI that the token is for; by default that of "
        "Snowflake's own application, which its drivers use.",
    )
    token_version: Literal[1, 2] | None = Field(
        default=None,
        description="Version of that application's access tokens (requestedAccessTokenVersion), which "
        "decides their issuer. Absent: 2 for workload_identity, as Snowflake documents, and 1 for oauth.",
    )
    secret: SecretName | None = Field(
        default=None,
        description="Name of the Key Vault secret with the key (PEM), client secret or password, which the "
        "import reads when it runs. Put it there before the first deployment that names it.",
    )
    oauth_scope: Annotated[str, Field(pattern=r"^api://[^\s/']+/\.default$")] | None = Field(
        default=None, description="For oauth: what Snowflake is to Entra ID, api://<application>/.default."
    )

    @property
    def stores(self) -> bool:
        """Whether signing in needs a secret of the vault."""
        return self.authentication != "workload_identity"

    def issuer(self, tenant: str) -> str:
        """Who issues the access tokens: learn.microsoft.com "Access token claims reference", claim `iss`."""
        version = self.token_version or (1 if self.authentication == "oauth" else 2)
        if version == 1:
            return f"https://sts.windows.net/{tenant}/"
        return f"https://login.microsoftonline.com/{tenant}/v2.0"

    @model_validator(mode="after")
    def _credentials(self) -> SnowflakeSection:
        needs = {"user": self.user, "secret": self.secret} if self.stores else {}
        if self.authentication == "oauth":
            needs["oauth_scope"] = self.oauth_scope
        missing = [name for name, value in needs.items() if not value]
        if missing:
            why = type(self).model_fields[missing[0]].description
            raise ValueError(f"authentication {self.authentication} needs {missing[0]}: {why}")
        idle = [name for name in ("secret", "oauth_scope") if getattr(self, name) and name not in needs]
        if self.stores:
            idle += [
                name for name in ("identity_provider", "entra_resource") if name in self.model_fields_set
            ]
        if self.token_version and self.authentication in {"key_pair", "password"}:
            idle.append("token_version")
        if idle:
            raise ValueError(f"{idle[0]} is set, but authentication {self.authentication} does not use it")
        return self
