"""The tenant's wire: its endpoints, and every byte they read and write."""
