"""Accounts that can be read and traded: paper, and guards around any of them."""
