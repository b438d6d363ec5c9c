#!/bin/sh
# Installs an image's Python packages from the lock file to UV_PROJECT_ENVIRONMENT. The Dockerfiles run this, and
# so does a test, in a copy of the build context.
set -eu

case "${1:-}" in
  # A step, the warehouse's connector and its credential, the inference server, MLflow's plug-in for Azure ML.
  training) set -- --extra azureml --extra serve --extra snowflake --extra vault ;;
  # The Pulumi program and the jobs that `roast` submits to Azure ML; not the offline subscription.
  runner) set -- --extra jobs --extra platform ;;
  *)
    echo "usage: images/install.sh training|runner" >&2
    exit 2
    ;;
esac
exec uv sync --locked --no-dev "$@"
