"""Every command line of docs/deploy.md, in order, in a shell of the sandbox; or the reason why it can't run there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from tests.stacks.bootstrap.pages import PageLine, console_lines, with_names

ROOT = Path(__file__).parents[3]
AZ = ROOT / ".tools" / "az" / "bin" / "az"
BIN = Path(sys.executable).parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2400),
    pytest.mark.xdist_group("deploy-page"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]

NAMES = {
    "S": "prod",
    "SUBSCRIPTION": "11111111-1111-4111-8111-111111111111",
    "ACCOUNT": "stproasteryprodeus27427",
    "VAULT": "kvproasteryprodeus27427",
    "CLUSTER": "aks-roastery-prod-eus2",
    "ML_GROUP": "rg-roastery-ml-prod-eus2",
    "DATA_GROUP": "rg-roastery-data-prod-eus2",
}
"""What the words in capitals are in the test's stack."""

_BROWSER = "opens a browser; the test is signed in with a federated token"
_DOCKER = "needs Docker"
_SECRETS = "vaults of the sandbox answer operations on keys, not on secrets"
_REHEARSAL = "test_book.py runs it, in a process of its own"
_DESTROY = "the next step would need the platform; tests/stacks/test_program.py destroys both"
NOT_HERE = {
    "make setup tools": "made the environment that runs this test",
    "az login --tenant TENANT": _BROWSER,
    "roast mirror --stack S": "reaches the Internet; tests/platform/roastery/bootstrap/test_mirror.py has publishers",
    "az acr login --name REGISTRY": _DOCKER,
    "make image IMAGE=training REGISTRY=REGISTRY.azurecr.io": _DOCKER,
    "make image IMAGE=runner REGISTRY=REGISTRY.azurecr.io": _DOCKER,
    "az keyvault secret set --vault-name PLATFORM_VAULT --name endpoint-certificate --file fullchain.pem": _SECRETS,
    "az keyvault secret set --vault-name PLATFORM_VAULT --name endpoint-key --file key.pem": _SECRETS,
    "az keyvault secret set --vault-name PLATFORM_VAULT --name git-token --file git-token.txt": _SECRETS,
    "az keyvault secret set --vault-name PLATFORM_VAULT --name webhook-drift-token --file webhook-drift-token.txt": (
        _SECRETS
    ),
    "roast cost --stack dev --stack prod --no-up --prices docs/prices.csv --markdown out/cost.md": (
        "needs both stacks up, as tests/stacks/test_program.py has them; it compares the table"
    ),
    "roast cost --state state.json": "asks prices.azure.com",
    "az aks get-upgrades --name CLUSTER --resource-group ML_GROUP --output table": (
        "the sandbox does not model upgrade profiles"
    ),
    "az keyvault key rotate --vault-name VAULT --name pulumi": "the sandbox does not model the rotation of keys",
    "pulumi state unprotect --all --stack S --yes": _DESTROY,
    "pulumi destroy --stack S --yes": _DESTROY,
    "az group delete --name BOOT_GROUP --yes": _DESTROY,
    "roast bootstrap --stack S --target sandbox": _REHEARSAL,
    "roast sandbox up --stack S": _REHEARSAL,
}
"""Lines that can't run in the sandbox, and why."""

MAY_WARN = {
    "roast doctor --stack S": (0, 1, 69),  # of this machine, whatever is installed
    "roast doctor --target azure --stack S": (0, 1, 69, 77),  # what is still missing
}
"""Exit codes of lines whose purpose is to find something."""

EDITS: dict[str, dict[str, Any]] = {
    "7. Deploy from inside": {"roastery:cluster": {"reachable": True}},
    "8. Close the public access": {"roastery:bootstrap": {"closed": True}},
}
"""What a reader changes in the stack file, before the first line below that heading."""

LINES = list(console_lines((ROOT / "docs" / "deploy.md").read_text()))
RUN = [line for line in LINES if line.text not in NOT_HERE]


def edit(folder: Path, changes: dict[str, Any]) -> None:
    """Changes sections of the stack file as a reader would; called by the shell too."""
    file = folder / "Pulumi.prod.yaml"
    content = yaml.safe_load(file.read_text())
    for section, values in changes.items():
        content["config"][section] |= values
    file.write_text(yaml.safe_dump(content))


def script(folder: Path) -> str:
    """A shell script of the lines; output and exit code of each go to a file."""
    parts = ['cd "$1"', "mkdir -p lines"]
    if AZ.exists():
        campaign = ROOT / "tests" / "campaigns" / "az"
        home = shlex.quote(str(folder / "az"))
        sign_in = f"import run, pathlib; run.Cli(pathlib.Path({str(AZ)!r}), pathlib.Path({home})).sign_in()"
        parts += [
            f"mkdir -p {home}",
            f"PYTHONPATH={campaign} python -c {shlex.quote(sign_in)}",
            f"export AZURE_CONFIG_DIR={home}/config AZURE_CORE_INSTANCE_DISCOVERY=false",
            "export AZURE_CORE_COLLECT_TELEMETRY=false AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no",
        ]
    heading = ""
    for number, line in enumerate(RUN):
        if line.heading != heading and line.heading in EDITS:
            change = f"from tests.stacks.bootstrap import test_deploy_page as page, pathlib; page.edit(pathlib.Path.cwd(), {EDITS[line.heading]!r})"
            change = change.replace(", pathlib;", "; import pathlib;")
            parts.append(f"PYTHONPATH={ROOT} python -c {shlex.quote(change)}")
        heading = line.heading
        if line.text.startswith("az ") and not AZ.exists():
            continue
        command = with_names(line.text, NAMES)
        parts.append(f"{{ {command}\n}} >lines/{number}.txt 2>&1 </dev/null; echo $? >lines/{number}.code")
    return "\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with output and exit code of each line, in one shell in a fresh subscription."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("Pulumi*.yaml"), ROOT / "Makefile"):
        shutil.copy(file, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "ml").symlink_to(ROOT / "ml")  # as the image holds it, for the scoring script
    content = yaml.safe_load((folder / "Pulumi.prod.yaml").read_text())
    content["config"]["azsandbox:subscription"] = "fresh"
    del content["config"]["azsandbox:external"]
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))
    edit(
        folder,
        {
            "roastery:bootstrap": {"allowed_addresses": ["203.0.113.7/32"], "github": "globojava/roastery"},
            "roastery:cluster": {"reachable": False},
        },
    )
    path = folder / "page.sh"
    # The providers are the session's, so the sign-in to the registry of charts has to be in its file.
    path.write_text(
        'export MAKEFLAGS="PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH=$PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH"\n'
        + script(folder)
    )
    variables = {**os.environ, "PATH": f"{BIN}:{AZ.parent}:{os.environ['PATH']}"}
    project = Project(root=folder)
    subprocess.run(
        [str(BIN / "roast"), "sandbox", "exec", "--api", "--stack", "prod", "--", "bash", str(path), str(folder)],
        cwd=project.root,
        env=variables,
        check=False,
        timeout=2300,
    )
    return folder / "lines"


def identifier(line: PageLine) -> str:
    return line.text.split(" --")[0]


@pytest.mark.parametrize(("number", "line"), list(enumerate(RUN)), ids=[identifier(line) for line in RUN])
def test_the_line_runs_as_it_is_written(ran: Path, number: int, line: PageLine) -> None:
    code = ran / f"{number}.code"
    if line.text.startswith("az ") and not AZ.exists():
        pytest.skip("no az: make .tools/az/bin/az")
    assert code.is_file(), f"the shell did not come to `{line.text}`"
    output = (ran / f"{number}.txt").read_text()
    assert int(code.read_text()) in MAY_WARN.get(line.text, (0,)), f"{line.text}:\n{output[-3000:]}"


def test_each_line_that_cannot_run_is_on_the_page() -> None:
    """A reason for a line that nobody reads any more is taken out."""
    assert set(NOT_HERE) | set(MAY_WARN) <= {line.text for line in LINES}


def test_each_edit_is_below_a_heading_of_the_page() -> None:
    assert set(EDITS) <= {line.heading for line in LINES}
