"""The services: each owns its data and speaks to the others through contracts only."""
