"""Protect and restore: the region of interest encrypted inside ordinary DICOM and NIfTI files (docs/format.md)."""
