"""A typed step becomes an Azure ML asset."""
