"""MedCrypt: see a study, mark the region of interest, encrypt it, and get every byte back."""

__version__ = "0.1.0"
