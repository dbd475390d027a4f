"""What is told to whom over which channel, and how often it is tried. Pure."""
