"""Jobs of Azure ML as processes of this machine: planned, run in order, watched, recorded."""
