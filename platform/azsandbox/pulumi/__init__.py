"""Pulumi's interfaces: the provider protocol, the language host, the CLI and its wrapper, stack files."""
