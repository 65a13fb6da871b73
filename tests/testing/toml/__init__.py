"""A TOML file, read strictly."""
