"""Each command line of docs/deploy.md, and the runbook's with `az`, in a shell of the sandbox.

Those that can't run there are in not_here.yaml, with the reason.
"""

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
from azsandbox.session import session
from roastery.jobs.model_interface import load_model_interface
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
    "PLATFORM_VAULT": "kvroasteryprodeus27427",
    "CLUSTER": "aks-roastery-prod-eus2",
    "ML_GROUP": "rg-roastery-ml-prod-eus2",
    "DATA_GROUP": "rg-roastery-data-prod-eus2",
}
"""What the words in capitals are in the test's stack."""

RUNBOOK_NAMES = {
    **NAMES,
    "VAULT": "kvroasteryprodeus27427",
    "ACCOUNT": "stroasteryprodeus27427",
    "NAME": "snowflake-key",
    "WORKLOAD": "roastery",
    "REGION": "eus2",
    "GROUP": "rg-roastery-ml-prod-eus2",
}

REASONS = yaml.safe_load(Path(__file__).with_name("not_here.yaml").read_text())
NOT_HERE = [line for lines in REASONS.values() for line in lines]
"""Lines that can't run in the sandbox."""

MAY_WARN = {
    "roast doctor --stack S": (0, 1, 69),  # of this machine, whatever is installed
}
"""Exit codes of lines whose purpose is to find something."""

EDITS: dict[str, dict[str, Any]] = {
    "7. Deploy from inside": {"roastery:cluster": {"reachable": True}},
    "8. Close the public access": {"roastery:bootstrap": {"closed": True}},
}
"""What a reader changes in the stack file, before the first line below that heading."""

FILES = ("fullchain.pem", "key.pem", "git-token.txt", "webhook-drift-token.txt", "key.p8")
"""What a reader has, to put it into the vault."""

LINES = list(console_lines((ROOT / "docs" / "deploy.md").read_text()))
RUNBOOK = [
    line for line in console_lines((ROOT / "docs" / "runbook.md").read_text()) if line.text.startswith("az ")
]
RUN = [line for line in (*LINES, *RUNBOOK) if line.text not in NOT_HERE]


def edit(folder: Path, changes: dict[str, Any]) -> None:
    """Changes sections of the stack file as a reader would; called by the shell too."""
    file = folder / "Pulumi.prod.yaml"
    content = yaml.safe_load(file.read_text())
    for section, values in changes.items():
        content["config"][section] |= values
    file.write_text(yaml.safe_dump(content))


def sign_in(folder: Path) -> list[str]:
    """Lines of the shell that sign the Azure CLI in to the session, as `make az` does."""
    home = shlex.quote(str(folder / "az"))
    paths = f"pathlib.Path({str(AZ)!r}), pathlib.Path({str(folder / 'az')!r})"
    code = f"import run, pathlib; run.Cli({paths}).sign_in()"
    return [
        f"mkdir -p {home}",
        f"PYTHONPATH={ROOT / 'tests' / 'campaigns' / 'az'} python -c {shlex.quote(code)}",
        f"export AZURE_CONFIG_DIR={home}/config AZURE_CORE_INSTANCE_DISCOVERY=false",
        "export AZURE_CORE_COLLECT_TELEMETRY=false AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no",
        with_names("az account set --subscription SUBSCRIPTION", NAMES),
    ]


def editing(changes: dict[str, Any]) -> str:
    """The line of the shell that changes the stack file."""
    code = (
        "import pathlib; from tests.stacks.bootstrap import test_deploy_page as page; "
        f"page.edit(pathlib.Path.cwd(), {changes!r})"
    )
    return f"PYTHONPATH={ROOT} python -c {shlex.quote(code)}"


def script(folder: Path) -> str:
    """A shell script of the lines; output and exit code of each go to a file."""
    # The providers are the session's, so the sign-in to the registry of charts has to be in its file.
    variable = "PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH"
    parts = ['cd "$1"', "mkdir -p lines", f'export MAKEFLAGS="{variable}=${variable}"']
    heading, signed_in = "", False
    for number, line in enumerate(RUN):
        if line.heading != heading and line.heading in EDITS:
            parts.append(editing(EDITS[line.heading]))
        heading = line.heading
        if line.text.startswith("az "):
            if not AZ.exists():
                continue
            parts += [] if signed_in else sign_in(folder)
            signed_in = True
        command = with_names(line.text, RUNBOOK_NAMES if line in RUNBOOK else NAMES)
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
    # Whoever follows the page alone is a platform engineer and a data scientist too.
    people = content["config"]["roastery:people"]
    groups = [people["platform_engineers"], people["data_scientists"]]
    content["config"]["azsandbox:deployer"] = {"groups": groups}
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))
    edit(
        folder,
        {
            "roastery:bootstrap": {"allowed_addresses": ["203.0.113.7/32"], "github": "globojava/roastery"},
            "roastery:cluster": {"reachable": False},
        },
    )
    for file in FILES:
        (folder / file).write_text("a placeholder\n")
    path = folder / "page.sh"
    path.write_text(script(folder))
    interface = load_model_interface()
    interface.sample(folder / "warehouse")
    with (
        pytest.MonkeyPatch.context() as patch,
        interface.warehouse(None, folder / "warehouse") as sales,
    ):
        patch.setenv("PATH", f"{BIN}:{AZ.parent}:{os.environ['PATH']}")
        with session(Project(root=folder), api=True, jobs=sales) as environment:
            subprocess.run(["/bin/bash", str(path), str(folder)], env=environment, check=False, timeout=2300)
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
    assert set(NOT_HERE) | set(MAY_WARN) <= {line.text for line in (*LINES, *RUNBOOK)}


def test_each_edit_is_below_a_heading_of_the_page() -> None:
    assert set(EDITS) <= {line.heading for line in LINES}
