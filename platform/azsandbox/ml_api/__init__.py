"""Azure ML's HTTP API: versioned assets, jobs as local processes, deployments on the inference server."""
