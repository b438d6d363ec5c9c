"""`roast stack graph`: from a state to a file; whatever is wrong is one line that says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from roastery.cli.main import main

ROOT = Path(__file__).resolve().parents[4]
EXPORT = Path(__file__).parents[1] / "graph" / "export.json"


def run(*argv: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["stack", "graph", *argv])
    return int(end.value.code or 0)


def test_an_export_is_drawn_without_credentials(tmp_path: Path) -> None:
    out = tmp_path / "new" / "platform.svg"
    assert run("--state", str(EXPORT), "--out", str(out)) == 0
    assert out.read_text(encoding="utf-8").startswith("<svg ")
    assert [path.name for path in out.parent.iterdir()] == ["platform.svg"]


def test_without_a_file_it_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--state", str(EXPORT)) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("<svg ")
    assert printed.err == ""


def test_a_checkpoint_is_a_state_too(tmp_path: Path) -> None:
    file = tmp_path / "prod.json"
    resources = json.loads(EXPORT.read_text())["deployment"]["resources"]
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))
    assert run("--state", str(file), "--out", str(tmp_path / "a.svg")) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("<svg/>", "is not JSON"),
        ("[1, 2]", "is not a stack export"),
        ('{"version": 3}', "is not a stack export"),
        ('{"deployment": {"resources": {}}}', "has no resources"),
        ('{"deployment": {"resources": "x"}}', "is not a stack export"),
        ('{"deployment": {"resources": []}}', "has no resources"),
        ('{"deployment": {"resources": [{"type": "a"}]}}', "resource 0 has no urn"),
        ('{"deployment": {"resources": ["x"]}}', "resource 0 has no urn"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_wrong_file_is_one_line(
    content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state.json"
    if content is not None:
        file.write_text(content)
    assert run("--state", str(file), "--out", str(tmp_path / "a.svg")) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "state.json" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "a.svg").exists()


def test_bytes_that_are_not_text_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(b"\xff\xfe\x00")
    assert run("--state", str(file)) == 2
    assert "is not JSON" in capsys.readouterr().err


def test_odd_values_inside_are_drawn_as_far_as_they_go(tmp_path: Path) -> None:
    content = json.loads(EXPORT.read_text())
    for resource in content["deployment"]["resources"]:
        resource["inputs"] = {name: ["odd", 1, None, {"id": 3}] for name in resource.get("inputs", {})}
        resource["outputs"] = dict.fromkeys(resource.get("outputs", {}), 7)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(content))
    assert run("--state", str(file), "--out", str(tmp_path / "a.svg")) == 0


def test_a_stack_that_is_not_deployed_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("AZSANDBOX_DIR", str(tmp_path))
    assert run("--stack", "prod") == 2
    assert "run roast sandbox up --stack prod first" in capsys.readouterr().err


def test_a_stack_in_the_sandbox_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("AZSANDBOX_DIR", str(tmp_path))
    state = tmp_path / "state" / ".pulumi" / "stacks" / "roastery" / "prod.json"
    state.parent.mkdir(parents=True)
    resources = json.loads(EXPORT.read_text())["deployment"]["resources"]
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
    assert run("--stack", "prod", "--out", str(tmp_path / "a.svg")) == 0
    assert run("--state", str(EXPORT), "--out", str(tmp_path / "b.svg")) == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("argv", [(), ("--stack", "prod", "--state", "x.json")])
def test_exactly_one_source_is_needed(argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*argv) == 2
    assert "give either --stack NAME" in capsys.readouterr().err


def test_a_pipe_or_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # the drawing fits into what a pipe holds
    try:
        assert run("--state", str(EXPORT), "--out", str(pipe)) == 0
        assert pipe.is_fifo()
        assert os.read(reader, 5) == b"<svg "
    finally:
        os.close(reader)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    assert run("--state", str(EXPORT), "--out", str(tmp_path / "link.svg")) == 0
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").is_file()


def test_a_drawing_can_not_replace_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--state", str(EXPORT), "--out", str(tmp_path)) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_a_path_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run("--state", str(EXPORT), "--out", str(tmp_path / "file" / "a.svg")) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {tmp_path / 'file' / 'a.svg'} can't be written: ")
    assert "name another" in line
