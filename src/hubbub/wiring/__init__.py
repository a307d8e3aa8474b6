"""The pieces that `app` wires a hub from: ports and rooms, engines, the core. Rooms and engines are named here, and nowhere else but in `app` and `settings`."""
