"""What membership uses of the outside: cryptographic tokens."""
