from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.serving import client
from ml.serving.server import Server

Roast = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_stops_it(model_folder: Path, tmp_path: Path, end: signal.Signals) -> None:
    command = [str(Path(sys.executable).with_name("roast")), "serve", "--port", "0", "--json"]
    log = tmp_path / "logs" / "serve.log"
    with subprocess.Popen(
        [*command, "--model-dir", str(model_folder), "--log", str(log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        answer = client.score(addresses["score"], [{"StoreID": "S1", "Month": "2026-01"}])
        process.send_signal(end)
        _, err = process.communicate(timeout=60)
    assert answer["predictions"][0]["QuantitySold"] == pytest.approx(1000)
    assert "Traceback" not in err
    assert "Shutting down" in log.read_text()
    assert process.returncode == {signal.SIGINT: 0, signal.SIGTERM: 143}[end]


def test_a_port_that_is_taken_is_an_error_of_one_line(
    roast: Roast, server: Server, model_folder: Path, tmp_path: Path
) -> None:
    code, out, err = roast(
        "serve", "--port", server.port, "--model-dir", model_folder, "--log", tmp_path / "log"
    )
    assert (code, out) == (2, "")
    assert f"port {server.port} is in use" in err
    assert err.count("\n") == 1


def test_a_damaged_model_is_an_error_of_one_line(roast: Roast, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text("{")
    code, out, err = roast("serve", "--port", 0, "--model-dir", tmp_path, "--log", tmp_path / "log")
    assert (code, out) == (2, "")
    assert str(tmp_path) in err
    assert err.count("\n") == 1


def test_a_run_without_a_champion_is_an_error_of_one_line(roast: Roast, tmp_path: Path) -> None:
    code, out, err = roast("serve", "--run", tmp_path)
    assert (code, out) == (2, "")
    assert "has no champion" in err
