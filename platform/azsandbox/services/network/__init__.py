"""Virtual networks and what lives in them: Microsoft.Network."""
