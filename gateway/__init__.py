"""The HTTP gateway: authenticate, check the coarse scope, read, call one RPC, answer."""
