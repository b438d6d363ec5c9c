"""What Event Grid refuses."""
