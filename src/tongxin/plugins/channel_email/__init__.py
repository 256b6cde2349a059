"""E-mail: so far only its reader, in ``mime``."""
