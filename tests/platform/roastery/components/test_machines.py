"""What is installed on machines: scripts that a shell accepts, and that pull as the machine's identity."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from roastery.components.machines import Tools, jump_box_script, shell_script

TOOLS = Tools(image="cr.example/runner@sha256:1", state="azblob://state?storage_account=a")
# Stand-ins that record what they are called with; `curl` answers a token.
COMMANDS = {
    "curl": """#!/bin/sh
case "$*" in *--data-urlencode*) cat >token-from-stdin;; esac
printf '{"access_token": "arm", "refresh_token": "acr"}'; printf '%s\\n' "curl $*" >>calls""",
    "podman": """#!/bin/sh
printf '%s\\n' "podman $*" >>calls
case "$1" in image) exit "${PULLED:-1}";; login) cat >password;; esac""",
    "id": "#!/bin/sh\necho 0",
}


def run(script: str, folder: Path, **variables: str) -> list[str]:
    """Runs the script with these commands first on the path; returns the calls."""
    for name, text in COMMANDS.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": "/home/someone", **variables},
        check=True,
    )
    return (folder / "calls").read_text().splitlines()


@pytest.mark.parametrize("script", [jump_box_script(TOOLS), shell_script(TOOLS)])
def test_a_shell_accepts_the_scripts(script: str) -> None:
    assert subprocess.run(["/bin/sh", "-n"], input=script, text=True, check=False).returncode == 0


def test_the_image_is_pulled_with_a_token_of_the_machine_that_no_command_line_shows(tmp_path: Path) -> None:
    calls = run(shell_script(TOOLS), tmp_path)

    assert (tmp_path / "token-from-stdin").read_text() == "arm"
    assert (tmp_path / "password").read_text() == "acr"
    assert not [call for call in calls if "arm" in call.split() or "acr" in call.split()]
    assert "podman pull cr.example/runner@sha256:1" in calls


def test_an_image_that_is_there_is_not_pulled_again(tmp_path: Path) -> None:
    calls = run(shell_script(TOOLS), tmp_path, PULLED="0")

    assert [call.split()[1] for call in calls] == ["image", "run"]


def test_people_sign_in_another_way_than_pods(tmp_path: Path) -> None:
    (*_, last) = run(shell_script(TOOLS), tmp_path, PULLED="0")

    assert "--env AAD_LOGIN_METHOD=azurecli" in last
    assert "--env PULUMI_BACKEND_URL=azblob://state?storage_account=a" in last
    assert last.endswith("cr.example/runner@sha256:1 bash")
