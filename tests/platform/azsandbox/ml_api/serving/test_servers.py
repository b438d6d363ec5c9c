"""The inference servers of deployments: scoring script, application folder, readiness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from azsandbox.arm_api.variables import Environment
from azsandbox.ml_api.serving.servers import Servers
from azsandbox.processes import Processes

pytestmark = pytest.mark.xdist_group("api")


def test_a_deployment_that_never_becomes_ready_fails(entities: Any, endpoint: Any, deploy: Any) -> None:
    probe = entities.ProbeSettings(initial_delay=1, period=1, failure_threshold=2)
    with pytest.raises(HttpResponseError, match="did not become ready in 3 s"):
        deploy(endpoint().name, "blue", "slow.py", readiness_probe=probe)


def test_a_deployment_without_a_script_says_which_setting_names_it(endpoint: Any, deploy: Any) -> None:
    with pytest.raises(HttpResponseError, match="AZUREML_ENTRY_SCRIPT"):
        deploy(endpoint().name, "blue", "nowhere.py")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/app/ml/serving", "ml/serving"), ("ml/serving", "ml/serving"), ("", "."), ("/app/nowhere", ".")],
)
def test_a_folder_of_the_image_is_looked_for_in_the_checkout(
    path: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "ml" / "serving").mkdir(parents=True)
    servers = Servers(
        Processes(tmp_path),
        Environment({}, {}),
        tmp_path / "home",
        tmp_path,
        lambda _: pytest.fail("not asked"),
    )
    assert servers._application_root(path) == tmp_path / expected
