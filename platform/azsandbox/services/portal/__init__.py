"""Portal dashboards."""
