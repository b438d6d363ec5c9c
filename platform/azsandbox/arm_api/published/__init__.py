"""What is published of ARM's API: types, API versions, and the operations of the official clients."""
