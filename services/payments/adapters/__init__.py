"""The outside world: payment providers and the secrets to speak to them."""
