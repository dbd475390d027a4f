"""What the service does when events, readers, operators and time ask for it."""
