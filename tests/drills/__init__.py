"""Drills: real processes, killed at the worst moments, and what becomes of their flows."""
