"""Events in, messages out: in-app inbox and e-mail (product.md §5)."""
