"""Azure ML jobs as processes on this machine: planned, run in order, monitored and recorded."""
