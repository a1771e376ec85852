"""Unsaved work as it is kept on the disk: one file per open series, made of sealed records.

`seal` frames and authenticates records, `record` says what one of them holds, `kept_work` puts them together again,
`untold` remembers which voxels no record tells of yet. See ``docs/decisions/0016-journal.md``.
"""
