"""`python -m chassis.operate <name> …`: what operators do by hand (see `chassis.commands`)."""

if __name__ == "__main__":
    # Before anything else is imported: what binds sockets, locks or threads must get green ones.
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

    from chassis.commands import operate

    operate()
