"""Mapping another app's tables onto the source contract, by a file that is checked first."""
