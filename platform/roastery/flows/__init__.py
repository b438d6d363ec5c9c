"""Who must reach what, as whom: flows declared in `table`, and proved on a state by `prove`."""
