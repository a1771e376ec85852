"""Reviewing masks: who decided what about which mask, and which study comes next."""
