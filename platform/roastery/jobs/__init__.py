"""What is run rather than declared: jobs, promotions, monitoring, through the Azure ML SDK."""
