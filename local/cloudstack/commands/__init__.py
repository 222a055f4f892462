"""The API commands of the simulator, by subject."""
