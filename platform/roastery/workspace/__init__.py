"""The Azure ML workspace."""
