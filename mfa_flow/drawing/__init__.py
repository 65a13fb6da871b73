"""All pictures of the machine are drawn from its table, those of its runs from recordings made on the spot: so none of
them can be older than the code.

* ``records``: the rows, gathered by arrow; every renderer starts there
* ``markdown``, ``mermaid``, ``dot``: the texts
* ``places``, ``kinds``, ``boxes``, ``routes``, ``svg``: the picture, from "where" to "what it looks like"
* ``dialogue``: a recorded run, line by line; ``sequence_mermaid``, ``sequence_svg``: its diagrams
* ``pages``: the files they go to
"""

from mfa_flow.drawing.pages import DrawingError, draw, stale
from mfa_flow.drawing.sequence_mermaid import sequence_mermaid
from mfa_flow.drawing.sequence_svg import sequence_svg

__all__ = ["DrawingError", "draw", "sequence_mermaid", "sequence_svg", "stale"]
