"""Tongxin 同心: the user in the centre, everything that serves them in rings around."""

__version__ = "0.1.0"
