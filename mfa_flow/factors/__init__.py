"""Factors: each is a strategy of three steps (associate, challenge, confirm), one file each."""
