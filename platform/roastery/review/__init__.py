"""What a change does to a stack, for its reviewers."""
