"""The sandbox's cloud as ARM's metadata endpoint and Entra's discovery describe it to clients."""

from __future__ import annotations

from azsandbox.arm_api import names
from azsandbox.arm_api.wire import Values


def description(base: str) -> Values:
    """The cloud, in the form of metadata/endpoints; `az cloud register` reads all of it."""
    return {
        "name": names.CLOUD,
        "portal": names.PORTAL,
        "resourceManager": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": base,
        "graphAudience": base,
        "microsoftGraphResourceId": base,
        "activeDirectoryDataLake": base,
        "batch": base,
        "media": base,
        "gallery": base,
        "sqlManagement": base,
        "vmImageAliasDoc": base,
        "ossrdbmsResourceId": base,
        "logAnalyticsResourceId": base,
        "appInsightsResourceId": base,
        "suffixes": {
            "storage": names.STORAGE,
            "acrLoginServer": f"azurecr.{names.SUFFIX}",
            "keyVaultDns": f"vault.{names.SUFFIX}",
            "sqlServerHostname": f"database.{names.SUFFIX}",
        },
    }


def instances(base: str, authorization_endpoint: str) -> Values:
    """Entra's instance discovery, which MSAL asks about an authority that it does not know."""
    tenant = authorization_endpoint.removeprefix(f"{base}/").partition("/")[0] or "common"
    return {
        "tenant_discovery_endpoint": f"{base}/{tenant}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [],
    }


def openid(base: str, tenant: str) -> Values:
    """Entra's discovery document of a tenant: where MSAL finds the token endpoint."""
    return {
        "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
        "authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/devicecode",
        "issuer": f"{base}/{tenant}/v2.0",
        "jwks_uri": f"{base}/{tenant}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "tenant_region_scope": None,
    }
