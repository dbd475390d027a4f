"""The rules of membership: pure functions over documents; no clock, no database, no broker."""
