"""Where the world comes in: triggers and HTTP routes."""
