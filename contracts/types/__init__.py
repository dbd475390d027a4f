"""Types of what the services say to each other; all modules here are generated."""
