"""Where the web meets a site: an app that serves the pages of one site, and nothing that it does not list.

The site brings its own engines, with their guards (models/engine.py); the app adds none. There is no cookie,
no session and no secret key: nothing here needs an account yet.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from docctl.site import Site
from docctl.web import assets, errors, headers, here, language, scan, start


def create_app(site: Site) -> Flask:
    """The app for an open site, which stays open as long as the app is used."""
    app = Flask(__name__, static_folder=None, template_folder="web/pages")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # a route answers GET and HEAD, and nothing else
    app.url_map.merge_slashes = False  # what stands after /c/ is looked up as it is, or not found
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    here.keep(app, site)
    headers.install(app, https=site.settings.public_url.startswith("https://"))
    language.install(app)
    errors.install(app)
    assets.install(app)
    app.register_blueprint(start.bp)
    app.register_blueprint(scan.bp)
    _ = site.zone  # read now, so that a scan is one query from the first request on
    return app
