"""Prints the model versions of an MLflow store as JSON: `python -m … <uri>`."""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any


def main(store: str) -> None:
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "ERROR"}
    warnings.simplefilter("ignore")
    from mlflow import MlflowClient  # noqa: PLC0415 - it reads the environment when imported

    client: Any = MlflowClient(store, registry_uri=store)
    versions = [
        {
            "name": version.name,
            "version": str(version.version),
            "source": version.source,
            "run_id": version.run_id,
            "description": version.description,
            "tags": dict(version.tags),
        }
        for version in client.search_model_versions()
    ]
    print(json.dumps(versions))  # noqa: T201 - read by the API server


if __name__ == "__main__":
    main(sys.argv[1])
