"""The words of closed lists that contracts and domains share; they need nothing.

The type of each list is written here for mypy, and the list is what the type says.
"""
