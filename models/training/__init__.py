"""The pipeline that made ``brain-mr``: see README.md."""
