"""The page at ``/``: what happens at the tenant, for a person to see and to do. Its files are served as they are."""
