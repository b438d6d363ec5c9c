"""Events of Azure that start workflows: new data in a storage account."""
