"""From an application to a decision."""
