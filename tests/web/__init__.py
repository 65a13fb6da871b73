"""The pages and the JSON, in process and in a real browser."""
