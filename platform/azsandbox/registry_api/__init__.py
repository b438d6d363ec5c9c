"""Container registries' data plane: the OCI distribution API, with Azure's sign-in."""
