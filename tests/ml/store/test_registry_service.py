"""The registry over HTTP, against the part of MLflow's REST interface that Azure ML documents as supported.

The service below knows those routes and answers 404 to everything else, as Azure ML does to logged models.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ml.errors import AccessDeniedError, UnreachableError
from ml.store import registry, tracking
from ml.store.registry import HASH, ChampionChangedError, Entry

NAME = "monthly-demand"
PREFIX = "/api/2.0/mlflow/"


class Service:
    """Runs and model versions, kept as the JSON that MLflow's protocol speaks."""

    def __init__(self, artifacts: Path) -> None:
        self.artifacts = artifacts
        self.asked: list[str] = []
        self.versions: list[dict[str, Any]] = []
        self.runs: dict[str, dict[str, Any]] = {}
        self.models: set[str] = set()

    def answer(self, route: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(route)
        known = getattr(self, "_" + route.replace("/", "_").replace("-", "_"), None)
        return (404, {}) if known is None else known(parameters)

    def _experiments_get_by_name(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"experiment": {"experiment_id": "7", "name": parameters["experiment_name"]}}

    def _runs_create(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        run_id = f"run{len(self.runs)}"
        info = {
            "run_id": run_id,
            "experiment_id": parameters["experiment_id"],
            "status": "RUNNING",
            "artifact_uri": (self.artifacts / run_id).as_uri(),
        }
        self.runs[run_id] = {"info": info, "data": {}}
        return 200, {"run": self.runs[run_id]}

    def _runs_get(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"run": self.runs[parameters["run_id"]]}

    def _runs_log_batch(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.runs[parameters["run_id"]]["data"] = parameters
        return 200, {}

    def _runs_update(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        info = self.runs[parameters["run_id"]]["info"]
        info["status"] = parameters["status"]
        return 200, {"run_info": info}

    def _registered_models_create(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if parameters["name"] in self.models:
            return 400, {"error_code": "RESOURCE_ALREADY_EXISTS", "message": "it exists"}
        self.models.add(parameters["name"])
        return 200, {"registered_model": {"name": parameters["name"]}}

    def _registered_models_get(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"registered_model": {"name": parameters["name"]}}

    def _model_versions_create(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.versions.append({**parameters, "version": str(len(self.versions) + 1), "status": "READY"})
        return 200, {"model_version": self.versions[-1]}

    def _model_versions_search(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if parameters["filter"] != f"name='{NAME}'":  # by tag is not supported
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "only by name"}
        if not self.versions:
            return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"no model {NAME}"}
        page = int(parameters.get("page_token", 0))  # one version a page
        token = {"next_page_token": str(page + 1)} if page + 1 < len(self.versions) else {}
        return 200, {"model_versions": self.versions[page : page + 1], **token}

    def _model_versions_set_tag(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        (version,) = [v for v in self.versions if v["version"] == parameters["version"]]
        others = [tag for tag in version["tags"] if tag["key"] != parameters["key"]]
        version["tags"] = [*others, {"key": parameters["key"], "value": parameters["value"]}]
        return 200, {}

    def _model_versions_get_download_uri(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        (version,) = [v for v in self.versions if v["version"] == parameters["version"]]
        return 200, {"artifact_uri": version["source"]}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    service = Service(tmp_path / "artifacts")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            self._say({key: values[0] for key, values in query.items()})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._say(json.loads(self.rfile.read(length)))

        def do_PATCH(self) -> None:
            self.do_POST()

        def _say(self, parameters: dict[str, Any]) -> None:
            status, answer = service.answer(urlsplit(self.path).path.removeprefix(PREFIX), parameters)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv(tracking.URI, f"http://127.0.0.1:{server.server_port}")
        for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_NAME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        yield service
        server.shutdown()
        thread.join()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "weights").write_bytes(b"\x00\x01")
    return folder


def entry(digest: str) -> Entry:
    return Entry(tags={HASH: digest}, params={"horizon": "3"}, metrics={"wape": 0.041})


def test_a_model_is_registered_found_and_downloaded_with_what_azure_ml_supports(
    service: Service, model: Path, tmp_path: Path
) -> None:
    assert registry.champion(NAME) is None
    registered, new = registry.register(NAME, model, entry("a"), over=None)
    assert (registered.version, new) == ("1", True)
    champion = registry.champion(NAME)
    assert champion is not None
    assert (champion.version, champion.hash) == ("1", "a")
    assert (champion.download(tmp_path / "copy") / "data" / "weights").read_bytes() == b"\x00\x01"
    assert service.runs["run0"]["info"]["status"] == "FINISHED"
    assert not [route for route in service.asked if "logged-models" in route or "alias" in route]


def test_champions_take_over_across_pages_of_versions(service: Service, model: Path) -> None:
    for digest, over in (("a", None), ("b", "a"), ("c", "b")):
        registry.register(NAME, model, entry(digest), over=over)
    champion = registry.champion(NAME)
    assert champion is not None
    assert champion.version == "3"
    roles = [{t["key"]: t["value"] for t in v["tags"]}[registry.ROLE] for v in service.versions]
    assert roles == [registry.RETIRED, registry.RETIRED, registry.CHAMPION]
    assert not registry.register(NAME, model, entry("c"), over="b")[1]
    with pytest.raises(ChampionChangedError):
        registry.register(NAME, model, entry("d"), over="a")


def test_a_service_that_is_down_is_unreachable(
    service: Service, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del service
    monkeypatch.setenv(tracking.URI, "http://me:secret@127.0.0.1:9")
    with pytest.raises(UnreachableError, match=r"registry at http://127\.0\.0\.1:9 does not answer") as down:
        registry.register(NAME, model, entry("a"), over=None)
    assert down.value.exit_code == 75
    assert "secret" not in str(down.value)


def test_a_service_that_refuses_is_quoted(
    service: Service, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(route: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        del route, parameters
        return 403, {"error_code": "PERMISSION_DENIED", "message": "no role AzureML Data Scientist"}

    monkeypatch.setattr(service, "answer", forbidden)
    with pytest.raises(AccessDeniedError, match="refused: PERMISSION_DENIED: no role AzureML Data Scientist"):
        registry.register(NAME, model, entry("a"), over=None)
