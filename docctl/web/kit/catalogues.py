"""The catalogues of the languages, as Flask-Babel asks for them."""

from __future__ import annotations

from babel.support import NullTranslations
from flask_babel import Domain

from docctl.language.catalogues import merged
from docctl.web.kit import language


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of all nouns as one."""

    def get_translations(self) -> NullTranslations:
        """Those of the language of the request."""
        return merged(language.of_request())
