"""Requests to Azure's services through azure-core, for what no SDK of the project covers."""
