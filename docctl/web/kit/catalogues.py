"""The catalogues of the languages, as Flask-Babel asks for them."""

from __future__ import annotations

from babel.support import NullTranslations
from flask_babel import Domain, get_locale

from docctl.language.catalogues import merged


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of all nouns as one."""

    def get_translations(self) -> NullTranslations:
        """Those of the language of the request."""
        locale = get_locale()
        return merged(locale.language if locale is not None else "en")
