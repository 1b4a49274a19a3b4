"""Has what forked children write to lie together: each page that they touch is copied first.

Plain Python 3.6.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

#: How Python hands out memory for small objects: in pools, one for each size, that begin
#: with a header. Where that is otherwise, a little memory is wasted and nothing gained.
_POOL, _HEADER = 16 * 1024, 48
_SMALLEST, _LARGEST = 16, 512
_MOST = 2000
_fillers: "List[object]" = []


def fill_holes() -> None:
    """Fill what objects freed long ago have left free in half empty pools, for good.

    Whatever is made from now on comes out of fresh pools, from one page after the other.
    """
    for size in range(_SMALLEST, _LARGEST + 1, _SMALLEST):
        for _ in range(_MOST):
            filler = _filler(size)
            _fillers.append(filler)
            if id(filler) % _POOL == _HEADER:
                break


def _filler(size: int) -> object:
    """Make an object of so many bytes that the garbage collector does not know."""
    if size == _SMALLEST:
        return object()
    if size == 2 * _SMALLEST:
        return complex()
    return bytes(size - bytes.__basicsize__)
