"""Why the local cloud cannot start or go on."""


class LocalCloudFailed(Exception):
    """The message is one clear sentence for the person at the keyboard."""
