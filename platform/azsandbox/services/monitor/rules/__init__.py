"""What Azure Monitor refuses, one module per kind of resource."""
