"""Pictures of every screen, to look at: `make demo` in one window, `make shots` in another."""

EMPTY, LONG = "empty@shots.example", "long@shots.example"  # owners of the scratch workspaces
