"""What deployables say to each other, declared once: RPCs, events, errors, envelope, money."""
