"""The rules of meetups: states, seats, the queue. Pure: no clock, no database."""
