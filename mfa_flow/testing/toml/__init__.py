"""A TOML file, read strictly: what is wrong in it is told with its line and its key."""
