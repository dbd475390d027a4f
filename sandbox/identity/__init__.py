"""Counterparts for signing in: an OpenID provider and WeChat, with people who are whom they say."""
