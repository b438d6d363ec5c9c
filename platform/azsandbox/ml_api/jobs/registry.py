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
    found = [
        {
            "name": one.name,
            "version": str(one.version),
            "source": one.source,
            "run_id": one.run_id,
            "description": one.description,
            "tags": dict(one.tags),
        }
        for one in client.search_model_versions()
    ]
    print(json.dumps(found))  # noqa: T201 - read by the API server


if __name__ == "__main__":
    main(sys.argv[1])
