"""`make az`: the genuine Azure CLI in the sandbox (`azsandbox exec --api`) runs commands.yaml."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

COMMANDS = Path(__file__).with_name("commands.yaml")
CLOUD = "sandbox"
_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
_SUFFIX = "azure.sandbox"


def environment(folder: Path) -> dict[str, str]:
    """The session's variables, with a configuration of the CLI's own."""
    return {
        **os.environ,
        "AZURE_CONFIG_DIR": str(folder / "config"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        # MSAL asks Entra about an authority that it does not know; the sandbox's is the only one here.
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
        "HOME": str(folder),
    }


class Cli:
    """One installed CLI in one configuration."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._environment = environment(folder)

    def run(self, *arguments: str) -> tuple[int, str]:
        process = subprocess.run(
            [str(self._program), *arguments],
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return process.returncode, process.stdout if process.returncode == 0 else process.stderr

    def sign_in(self) -> None:
        base = os.environ["AZURE_AUTHORITY_HOST"]
        endpoints = {
            "resource-manager": base,
            "active-directory": base,
            "active-directory-resource-id": base,
            "active-directory-graph-resource-id": base,
            "microsoft-graph-resource-id": base,
            "management": base,
        }
        suffixes = {
            "storage-endpoint": f"core.{_SUFFIX}",
            # As it is in Azure: the session's proxy answers for every vault.
            "keyvault-dns": ".vault.azure.net",
            "acr-login-server-endpoint": f".azurecr.{_SUFFIX}",
        }
        register = [f"--endpoint-{name}={value}" for name, value in endpoints.items()]
        register += [f"--suffix-{name}={value}" for name, value in suffixes.items()]
        token = Path(os.environ["AZURE_FEDERATED_TOKEN_FILE"]).read_text()
        principal = [
            f"--username={os.environ['AZURE_CLIENT_ID']}",
            f"--tenant={os.environ['AZURE_TENANT_ID']}",
        ]
        for command in (
            ["cloud", "register", "-n", CLOUD, *register],
            ["cloud", "set", "-n", CLOUD],
            ["login", "--service-principal", *principal, f"--federated-token={token}"],
        ):
            code, output = self.run(*command)
            if code:
                raise SystemExit(f"az {' '.join(command[:2])}: {output}")


def judge(cli: Cli, entry: dict[str, Any]) -> tuple[bool, str]:
    """Whether the command did what the entry expects, and what came of it in one line."""
    try:
        code, output = cli.run(*shlex.split(entry["run"].replace("${group}", _GROUP)))
    except subprocess.TimeoutExpired:
        return False, "no answer in three minutes"
    line = " ".join(output.split())[:400]
    if entry["expect"] == "works":
        return code == 0, "works" if code == 0 else line
    return code != 0 and entry["expect"].lower() in output.lower(), line


def main() -> int:
    parser = argparse.ArgumentParser(prog="make az", description=__doc__)
    parser.add_argument("--az", type=Path, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    entries = yaml.safe_load(COMMANDS.read_text())
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        cli = Cli(options.az, Path(folder))
        cli.sign_in()
        for entry in entries:
            if options.only in entry["run"]:
                right, line = judge(cli, entry)
                failed += not right
                print(f"{'ok  ' if right else 'FAIL'} az {entry['run'][:110]}: {line}", flush=True)
    print(f"{len(entries) - failed} of {len(entries)} as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
