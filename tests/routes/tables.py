"""The whole table."""

from tests.routes import coordination, entrance, pages

ROUTES = (*pages.ROUTES, *entrance.ROUTES, *coordination.ROUTES)
