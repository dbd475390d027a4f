"""Who somebody is, and how they sign in."""
