"""Packaging and deployment: the same steps for AWS and for the local cloud."""
