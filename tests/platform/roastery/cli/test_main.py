"""Whatever goes wrong under `roast` is one line for the user and an exit code that means something."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from roastery.errors import EXIT_CODES

Roast = Callable[..., tuple[int, str, str]]


def test_an_error_with_an_exit_code_is_one_line(roast: Roast) -> None:
    assert roast("refuse") == (4, "", "error: the service answered [no] (try later)\n")


def test_a_defect_asks_for_a_report_without_a_traceback(roast: Roast) -> None:
    code, out, err = roast("crash")
    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    assert err.startswith("error: ZeroDivisionError: by zero (a defect: report this; run with ROAST_DEBUG=1")


@pytest.mark.parametrize("how", ["option", "variable"])
def test_debugging_shows_where_an_error_comes_from(
    roast: Roast, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("ROAST_DEBUG", "1" if how == "variable" else "0")
    code, _, err = roast(*(["--debug"] if how == "option" else []), "crash")
    assert code == 70
    assert 'some_commands.py", line' in err


def test_ctrl_c_is_one_line(roast: Roast) -> None:
    assert roast("stop") == (130, "", "interrupted\n")


def test_a_real_ctrl_c_ends_a_real_process(package: Path) -> None:
    assert package
    process = subprocess.Popen(
        [sys.executable, "-c", "from roastery.cli.main import main; main()", "wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[1] == "interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ("wait", "--second", "3"),
            "No such option: --second (Possible options: --seconds) (see roast wait --help)",
        ),
        (("nothing",), "No such command 'nothing' (see roast --help)"),
        (("job", "nothing"), "No such command 'nothing' (see roast job --help)"),
    ],
)
def test_a_wrong_word_is_named_with_the_help_that_lists_the_right_ones(
    roast: Roast, argv: tuple[str, ...], message: str
) -> None:
    assert roast(*argv) == (2, "", f"error: {message}\n")


def test_a_wrong_value_is_named_with_its_option(roast: Roast) -> None:
    code, _, err = roast("wait", "--seconds", "0")
    assert code == 2
    assert err.count("\n") == 1
    assert "--seconds" in err


def test_a_command_may_leave_with_a_code_of_its_own(roast: Roast) -> None:
    assert roast("leave") == (9, "", "")


def test_help_lists_the_commands_and_the_exit_codes(roast: Roast) -> None:
    for argv in ((), ("--help",)):
        code, out, _ = roast(*argv)
        assert code == 0
        words = " ".join(out.split())
        assert "refuse Is refused." in words
        for number, meaning in EXIT_CODES.items():
            assert f"{number} {meaning}" in words


def test_the_version_is_that_of_the_package(roast: Roast) -> None:
    assert roast("--version") == (0, f"roast {version('roastery')}\n", "")
