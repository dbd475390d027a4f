"""Coterie's API for programs in Python: a method for each operation, typed."""

from .core import Answer, Core, Pages, Refused
from .operations import Coterie

__all__ = ["Answer", "Core", "Coterie", "Pages", "Refused"]
