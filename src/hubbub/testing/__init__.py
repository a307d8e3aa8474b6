"""The pytest plug-in: a hub for tests, expectations on what it saw, and waits that do not sleep. `plugin` is what pytest loads."""
