"""What is in Azure now, held against the program, the policies and the flows."""
