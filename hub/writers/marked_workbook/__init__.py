"""The reporter's own workbook given back: wrong cells coloured and commented, a sheet of findings first.

The received package is operated on, never rebuilt: what is not touched keeps its bytes. Marks of an earlier round are
taken off first, so that marking again changes nothing and a corrected cell is clean again.
"""

from hub.writers.marked_workbook.contents import Head, Item, Unmarkable
from hub.writers.marked_workbook.marking import findings_only, mark_workbook

__all__ = ["Head", "Item", "Unmarkable", "findings_only", "mark_workbook"]
