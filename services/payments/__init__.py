"""Payments: prices, purchases, orders, money (`product.md` §3)."""
