"""Container registry: Microsoft.ContainerRegistry."""
