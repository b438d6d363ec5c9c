"""What Storage refuses."""
