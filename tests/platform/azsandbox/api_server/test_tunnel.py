"""The HTTPS proxy: nothing outside of the sandbox is reached."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import requests

pytestmark = pytest.mark.xdist_group("api")


def test_nothing_but_the_sandboxes_hosts_is_reached(sandbox: Any) -> None:
    del sandbox
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        requests.get("https://management.azure.com/subscriptions", timeout=10)
    response = requests.get("http://example.com/", timeout=10)
    assert response.status_code == 403
    assert "refuses connections to the outside" in response.text


def test_the_session_listens_on_this_machine_only(sandbox: Any) -> None:
    port = sandbox.url.rpartition(":")[2]
    table = subprocess.run(["/bin/cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    listening = [line.split()[1] for line in table.splitlines()[1:] if line.split()[3] == "0A"]
    mine = [address for address in listening if int(address.partition(":")[2], 16) == int(port)]
    assert mine == [f"0100007F:{int(port):04X}"]
