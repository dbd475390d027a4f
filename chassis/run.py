"""`python -m chassis.run <name> [--roles rpc,consumers,jobs]`: one process of a deployable."""

if __name__ == "__main__":
    # Nothing of what is imported becomes garbage: looking for some took a tenth of the start. `run`
    # begins to look again.
    import gc

    gc.disable()

    import sys
    import warnings

    # structlog would load it wherever a developer's tools brought it, for tracebacks in colour that
    # nothing here writes: a seventh of the start.
    sys.modules["rich"] = None  # type: ignore[assignment]
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    # Before anything else is imported: what binds sockets, locks or threads must get green ones.
    import eventlet

    eventlet.monkey_patch()

    from chassis.process import run

    run()
