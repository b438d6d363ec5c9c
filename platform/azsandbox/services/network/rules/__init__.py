"""What Microsoft.Network refuses, one module per kind of resource."""
