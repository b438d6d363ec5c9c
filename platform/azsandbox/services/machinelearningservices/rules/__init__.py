"""What Azure ML refuses, one module per kind of resource."""
