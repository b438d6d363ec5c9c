"""Azure Machine Learning: workspaces, compute, connections, assets, endpoints, schedules."""
