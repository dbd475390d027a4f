"""pytest plugin for `tests/green`: patches the standard library before anything else is imported.

Used as `pytest -p tests.kit.green tests/green`, in a process of its own (architecture.md §8).
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()
