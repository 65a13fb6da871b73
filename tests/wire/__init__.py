"""Tests of the wire values."""
