"""What developers read at a gateway: operations to be tried, and the guide, in two languages."""
