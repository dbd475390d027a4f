"""`python -m chassis.run <name> [--roles rpc,consumers,jobs]`: one process of a deployable."""

if __name__ == "__main__":
    # Nothing of what is imported becomes garbage: looking for some took a tenth of the start. `run`
    # begins to look again.
    import gc

    gc.disable()

    # Before anything else is imported: what binds sockets, locks or threads must get green ones.
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

    from chassis.process import run

    run()
