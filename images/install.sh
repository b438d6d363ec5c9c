#!/bin/sh
# What an image holds of Python, from the lock file: the Dockerfiles run this, and a test runs it in a clean
# environment. UV_PROJECT_ENVIRONMENT says where to.
set -eu

case "${1:-}" in
  # A step, the warehouse's connector and its credential, the inference server, MLflow's way to a workspace.
  training) set -- --extra azureml --extra serve --extra snowflake --extra vault ;;
  # The Pulumi program and what `roast` sends to Azure ML; no sandbox.
  runner) set -- --extra jobs --extra platform ;;
  *)
    echo "usage: images/install.sh training|runner" >&2
    exit 2
    ;;
esac
exec uv sync --locked --no-dev "$@"
