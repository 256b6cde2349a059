"""Pure decisions about tables of people."""
