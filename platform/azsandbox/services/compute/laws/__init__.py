"""The laws of Compute that need only the inputs (sources as in `rules`)."""
