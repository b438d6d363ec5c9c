"""Who must reach what, as whom: the platform's flows, declared in `table`, and proved on a state by `prove`."""
