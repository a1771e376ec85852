"""Compiled kernels. Importing one imports numba, so only the keystream's own file does, and only when needed."""
