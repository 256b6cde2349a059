"""Calls by SIP: a program of its own that answers telephones by baresip, and asks the house what they hear."""
