"""What can go wrong on the way to a running stack."""


class DeploymentFailed(Exception):
    """A step did not succeed; the message is one sentence for the person who started it."""
