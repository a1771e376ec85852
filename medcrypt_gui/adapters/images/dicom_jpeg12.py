"""JPEG of 12 bits, which gdcm decodes (as dcmtk does, value for value), though pydicom does not let it.

To be called in a process of its own: gdcm may end the process on damaged data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.uid import JPEGExtended12Bit

_SYNTAX = str.__str__(JPEGExtended12Bit)


def decode_12_bits(dataset: Dataset, index: int) -> NDArray[np.uint16]:
    """The samples ``(rows, columns)`` of one grey frame. Raises ValueError."""
    import gdcm

    count, rows, columns = int(dataset.get("NumberOfFrames") or 1), int(dataset.Rows), int(dataset.Columns)
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(get_frame(dataset.PixelData, index, number_of_frames=count))
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetDataElement(element)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(_SYNTAX)))
    bits = int(dataset.BitsStored)
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, bits, bits - 1, int(dataset.PixelRepresentation)))
    decoded = image.GetBuffer()
    if decoded is None:
        raise ValueError("gdcm refuses the frame")
    # The binding hands bytes over as text.
    samples = np.frombuffer(decoded.encode("utf-8", "surrogateescape"), np.uint16)
    return samples.reshape(rows, columns)
