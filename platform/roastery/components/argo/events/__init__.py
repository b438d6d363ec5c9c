"""What starts workflows: event sources, sensors, and their network policies."""
