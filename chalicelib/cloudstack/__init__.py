"""Apache CloudStack's HTTP API, the part of it that billing needs."""
