"""The catalogues of the languages, as Flask-Babel asks for them."""

from __future__ import annotations

from collections.abc import Callable

from babel.support import NullTranslations
from flask_babel import Domain

from docctl.language.catalogues import merged
from docctl.rules.languages import Language


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of all nouns as one. `of_request` says in which language the request is answered."""

    def __init__(self, of_request: Callable[[], Language]) -> None:
        super().__init__()
        self._of_request = of_request

    def get_translations(self) -> NullTranslations:
        """Those of the language of the request."""
        return merged(self._of_request())
