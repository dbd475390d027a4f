"""What the service does when people, staff and time ask for it."""
