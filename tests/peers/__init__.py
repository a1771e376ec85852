"""Other readers of the same files, to compare with: gdcm, ITK and dcmtk."""
