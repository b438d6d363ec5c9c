"""The rules, a module per family; each ends in `POLICIES`."""
