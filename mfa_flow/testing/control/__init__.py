"""What a test does beside the API: faults, the request log, and all of it over HTTP under ``/_tenant/``."""
