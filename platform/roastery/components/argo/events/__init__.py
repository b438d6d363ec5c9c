"""What starts workflows: event sources, sensors, and the fences around them."""
