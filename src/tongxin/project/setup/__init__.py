"""What makes a fresh checkout run. Needs nothing but Python: nothing is installed yet."""
