"""One client in this room, and what all of them share."""
