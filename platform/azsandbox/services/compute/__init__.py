"""Virtual machines, scale sets and their extensions."""
