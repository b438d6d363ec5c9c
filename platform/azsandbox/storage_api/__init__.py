"""Blob storage in a local folder, and the URIs that refer to it."""
