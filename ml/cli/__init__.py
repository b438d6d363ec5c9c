"""The commands of `roast` that run without a cloud."""
