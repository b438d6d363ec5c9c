"""Campaigns of generated inputs against the model's package."""
