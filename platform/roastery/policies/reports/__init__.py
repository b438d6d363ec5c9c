"""What a run found, for people, reviewers and machines."""
