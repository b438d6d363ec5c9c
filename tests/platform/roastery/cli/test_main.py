"""Whatever goes wrong under `roast` is one line for the user and an exit code that means something."""

from __future__ import annotations

import importlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from roastery.cli.main import main

ROOM = '''
import typer

class Refused(Exception):
    exit_code = 4

def register(app):
    @app.command()
    def refuse():
        """Is refused."""
        raise Refused("the service\\nsaid [no] (try later)")

    @app.command()
    def crash():
        """Has a defect."""
        raise ZeroDivisionError("by zero")

    @app.command()
    def stop():
        """Is interrupted."""
        raise KeyboardInterrupt

    @app.command()
    def wait(seconds: int = typer.Option(60, min=1)):
        """Waits."""
        import time
        print("waiting", flush=True)
        time.sleep(seconds)

    @app.command()
    def leave():
        """Leaves with a code of its own."""
        raise typer.Exit(9)
'''

Roast = Callable[..., tuple[int, str, str]]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that hangs commands on `roast`, as installed."""
    (tmp_path / "some_room.py").write_text(ROOM)
    info = tmp_path / "some_room-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some_room\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[roast.commands]\nroom = some_room:register\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, "some_room", raising=False)
    return tmp_path


@pytest.fixture
def roast(room: Path, capsys: pytest.CaptureFixture[str]) -> Roast:
    """Runs `roast` with arguments; answers with exit code, output and errors."""
    assert room

    def run(*argv: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(argv)
        out, err = capsys.readouterr()
        return int(str(end.value.code)), out, err

    return run


def test_an_error_with_an_exit_code_is_one_line(roast: Roast) -> None:
    assert roast("refuse") == (4, "", "error: the service said [no] (try later)\n")


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
    assert 'some_room.py", line' in err


def test_ctrl_c_is_one_line(roast: Roast) -> None:
    assert roast("stop") == (130, "", "interrupted\n")


def test_a_real_ctrl_c_ends_a_real_process(room: Path) -> None:
    assert room
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
    ],
)
def test_a_wrong_word_is_named_with_the_place_of_the_right_ones(
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


def test_a_room_that_is_not_installed_says_so_when_asked(roast: Roast, room: Path) -> None:
    (room / "some_room.py").write_text("import a_package_that_is_not_installed")
    code, out, _ = roast("--help")
    assert code == 0
    assert "Not installed here" in out
    code, _, err = roast("room", "anything", "--at", "all")
    assert code == 1
    assert err == (
        "error: the commands of room cannot be loaded: No module named 'a_package_that_is_not_installed' "
        "(make setup installs what they need)\n"
    )


def test_help_lists_the_commands_and_the_exit_codes(roast: Roast) -> None:
    for argv in ((), ("--help",)):
        code, out, _ = roast(*argv)
        assert code == 0
        words = " ".join(out.split())
        assert "refuse Is refused." in words
        for meaning in (
            "0 done",
            "2 the data, a file",
            "3 a gate",
            "4 a service",
            "70 a defect",
            "130 stopped",
        ):
            assert meaning in words


def test_the_version_is_that_of_the_package(roast: Roast) -> None:
    assert roast("--version") == (0, f"roast {version('roastery')}\n", "")


def test_help_does_not_wait_for_heavy_packages() -> None:
    script = """
import json, sys
from roastery.cli.main import main
try:
    main(["--help"])
except SystemExit:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "typer" in loaded
    heavy = {
        "pandas",
        "polars",
        "numpy",
        "pyarrow",
        "mlflow",
        "sklearn",
        "duckdb",
        "snowflake",
        "matplotlib",
        "pulumi",
    }
    assert not loaded & heavy
