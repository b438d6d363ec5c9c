"""A tiny pipeline in the workspace of the API server, and `roast` on the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.jobs.client import WorkspaceClient, connect
from roastery.jobs.reference import WorkspaceReference

Roast = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(workspace: str) -> WorkspaceReference:
    """The workspace of the API server."""
    parts = workspace.split("/")
    return WorkspaceReference(subscription=parts[2], group=parts[4], workspace=parts[-1])


@pytest.fixture
def client(sandbox: Any, here: WorkspaceReference) -> WorkspaceClient:
    """A client of ours, signed in with what the environment holds."""
    del sandbox
    return connect(here)


@pytest.fixture
def roast(sandbox: Any, here: WorkspaceReference, capsys: pytest.CaptureFixture[str]) -> Roast:
    """Runs `roast` in that workspace; exit code, standard output, standard error."""
    del sandbox
    workspace = ["--subscription", here.subscription, "--group", here.group, "--workspace", here.workspace]

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([*arguments, *map(str, workspace)])
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def tiny(sdk: Any, entities: Any, ml: Any, component: Callable[..., Any], unique: str, tmp_path: Path) -> str:
    """Id of a registered pipeline: `grind` writes an asset and husks, `brew` reads it and fails if asked."""
    ports = {"made": sdk.Output(type="uri_folder"), "husks": sdk.Output(type="uri_folder")}
    number = sdk.Input(type="integer", default=3, min=1, max=9)
    grind = component(
        f"grind_{unique}",
        f"echo $BEANS ${{{{inputs.n}}}} > ${{{{outputs.made}}}}/number; "
        f"echo husks > ${{{{outputs.husks}}}}/number; touch {tmp_path}/ground",
        inputs={"n": number},
        outputs=ports,
    )
    brew = component(
        f"brew_{unique}",
        "cat ${{inputs.made}}/number; echo 'the pot is ${{inputs.pot}}' >&2; "
        "case ${{inputs.pot}} in broken) exit 4;; slow) sleep 300;; esac",
        inputs={
            "made": sdk.Input(type="uri_folder"),
            "pot": sdk.Input(type="string", default="whole", enum=["whole", "broken", "slow"]),
        },
    )
    nodes = {
        "grind": entities.Command(
            component=f"azureml:{grind.name}:1",
            inputs={"n": "${{parent.inputs.n}}"},
            outputs={"made": sdk.Output(type="uri_folder", name=f"grounds-{unique}")},
            environment_variables={"BEANS": "arabica"},
        ),
        "brew": entities.Command(
            component=f"azureml:{brew.name}:1",
            inputs={"made": "${{parent.jobs.grind.outputs.made}}", "pot": "${{parent.inputs.pot}}"},
        ),
    }
    pipeline = entities.PipelineComponent(
        name=f"coffee_{unique}",
        version="1",
        inputs={
            "n": number,
            "pot": sdk.Input(type="string", default="whole", enum=["whole", "broken", "slow"]),
        },
        jobs=nodes,
    )
    return ml.components.create_or_update(pipeline).id


# It behaves as its model says: `fine`, `slow`, `wrong` (fails each request), `late` (after some), `dead`;
# `flat` forecasts 100 for each row.
SCRIPT = """
import json, os, pathlib, time
from azureml_inference_server_http.api.aml_request import rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse
mood, asked = "none", 0
def init():
    global mood
    folder = os.environ.get("AZUREML_MODEL_DIR")
    mood = next(pathlib.Path(folder).glob("*/mood")).read_text() if folder else "none"
    if mood == "dead":
        raise ValueError("these weights are of another release")
@rawhttp
def run(request):
    global asked
    asked += 1
    if mood == "slow":
        time.sleep(0.6)
    if mood == "flat":
        rest = {"Lower": None, "Upper": None, "Fallback": None, "Warnings": []}
        predictions = [
            {"StoreID": row["StoreID"], "Month": row.get("Month", "2026-01"), "QuantitySold": 100.0, **rest}
            for row in json.loads(request.get_data())["rows"]
        ]
        answer = {"model": {"name": "m", "version": "1"}, "predictions": predictions}
        return AMLResponse(json.dumps(answer), 200)
    bad = mood in ("none", "wrong") or (mood == "late" and asked > 8)
    return AMLResponse('"%s"' % mood, 503 if bad else 200)
"""


@pytest.fixture
def endpoint(sandbox: Any, image: str, workspace: str, unique: str, tmp_path: Path) -> Callable[..., str]:
    """Declares an endpoint, as Pulumi does: deployments without a model, no traffic. Gives its name."""

    def make(*colours: str) -> str:
        name = f"e-{unique}"
        identity = {"endpointName": name, "location": "westeurope"}
        settings = {"authMode": "AMLToken", "compute": f"{workspace}/computes/aks"}
        sandbox.make("machinelearningservices:OnlineEndpoint", **identity, properties=settings)
        (tmp_path / "score.py").write_text(SCRIPT)
        variables = {"AML_APP_ROOT": str(tmp_path), "AZUREML_ENTRY_SCRIPT": "score.py"}
        for colour in colours:
            sandbox.make(
                "machinelearningservices:OnlineDeployment",
                **identity,
                deploymentName=colour,
                sku={"name": "Default", "capacity": 1},
                properties={
                    "endpointComputeType": "Kubernetes",
                    "environmentId": image,
                    "environmentVariables": variables,
                },
            )
        return name

    return make


@pytest.fixture
def model(entities: Any, ml: Any, unique: str, tmp_path: Path) -> Callable[..., str]:
    """Registers the next version of a model with that mood and those tags; `name:version`."""
    numbers = iter(range(1, 99))

    def register(mood: str, **tags: str) -> str:
        name, version = f"m-{unique}", str(next(numbers))
        folder = tmp_path / f"model-{version}"
        folder.mkdir()
        (folder / "mood").write_text(mood)
        ml.models.create_or_update(
            entities.Model(name=name, version=version, path=str(folder), type="custom_model", tags=tags)
        )
        return f"{name}:{version}"

    return register


@pytest.fixture
def rows(tmp_path: Path) -> str:
    """A file with the body of a request."""
    file = tmp_path / "rows.json"
    file.write_text('{"rows": [{"StoreID": "S1"}]}')
    return str(file)


class Listener:
    """An HTTP server that records its requests and answers with these codes, the last one repeatedly."""

    def __init__(self, *answers: int) -> None:
        self.requests: list[tuple[str, str, bytes]] = []
        codes = list(answers)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, self.headers.get("Authorization", ""), body))
                self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
                content = b'{"itemsReceived":1,"itemsAccepted":1,"errors":[]}'
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    listeners: list[Listener] = []

    def start(*answers: int) -> Listener:
        listeners.append(Listener(*(answers or (200,))))
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.server.shutdown()
        listener.server.server_close()
