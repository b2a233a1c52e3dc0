"""What a stamp says of a paper: whether it may be worked by. Knows no drawing and no page."""

from __future__ import annotations

from typing import Final

from docctl.rules.words import Own

CONTROLLED: Final = Own(zh="受控", en="CONTROLLED")
UNCONTROLLED: Final = Own(zh="非受控", en="UNCONTROLLED")
BLANK: Final = Own(zh="空白表单", en="BLANK FORM")
OBSOLETE: Final = Own(zh="作废", en="OBSOLETE")
KEPT: Final = Own(zh="作废留存", en="OBSOLETE, KEPT FOR REFERENCE")
