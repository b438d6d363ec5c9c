"""The program of `roast bootstrap`: it reads the platform's stack file, so that nothing is written twice."""
