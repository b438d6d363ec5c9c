"""Resource groups: Microsoft.Resources."""
