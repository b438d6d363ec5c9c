"""What a change does to a stack, in a reviewer's words."""
