"""Virtual networks and what is attached to them: Microsoft.Network."""
