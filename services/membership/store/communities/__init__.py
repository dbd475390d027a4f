"""Communities, and who holds which role in them."""
