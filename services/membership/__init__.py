"""People, sign-in, communities, vetting, memberships and their terms (`product.md` §2)."""
