"""Azure ML's own HTTP API: versioned assets, jobs as local processes, deployments on the inference server."""
