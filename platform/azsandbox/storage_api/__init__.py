"""Blob storage over a folder, and the addresses that lead into it."""
