"""The text of a piece of code that is hashed: what it does, without how it is written; and what it refers to.

Node types and fields in order, without positions, contexts, annotations, type parameters and empty fields. The text is the same for
all versions of Python, so nothing is taken from `repr` or `ast.dump`.
"""

from . import nodes, text, uses
from .nodes import is_ours
from .text import Text, says_nothing

text.handlers.update(nodes.handlers)
text.handlers.update(uses.handlers)

__all__ = ["Text", "is_ours", "says_nothing"]
