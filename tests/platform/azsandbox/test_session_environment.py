"""What a session inherits from its environment."""

from __future__ import annotations

from azsandbox.session import without_credentials


def test_a_session_inherits_no_credentials() -> None:
    live = {"AZURE_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "x", "SNOWFLAKE_USER": "x", "KUBECONFIG": "x"}
    live |= {"PULUMI_ACCESS_TOKEN": "x", "PULUMI_BACKEND_URL": "x"}
    assert without_credentials({**live, "HOME": "/home/me", "LANG": "C"}) == {"HOME": "/home/me", "LANG": "C"}
