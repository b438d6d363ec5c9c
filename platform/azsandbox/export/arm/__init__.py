"""The state as one ARM template: which input goes where, and what depends on what."""
