"""All pictures of the machine are drawn from its table, so none of them can be older than the code.

* ``records``: the rows, gathered by arrow; every renderer starts there
* ``markdown``, ``mermaid``, ``dot``: the texts
* ``places``, ``kinds``, ``boxes``, ``routes``, ``svg``: the picture, from "where" to "what it looks like"
* ``pages``: the files they go to
"""

from mfa_flow.drawing.pages import DrawingError, draw, stale

__all__ = ["DrawingError", "draw", "stale"]
