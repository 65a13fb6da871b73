"""The door without a framework: a request's values in, an answer's values out."""

from attrs import field, frozen

from mfa_flow.client import MfaClient
from mfa_flow.errors import MfaFlowError
from mfa_flow.extras import need_extra
from mfa_flow.texts import text_for
from mfa_flow.web.api import Api
from mfa_flow.web.forms import Forms
from mfa_flow.web.openapi import document
from mfa_flow.web.pages import Pages, checked, file, head
from mfa_flow.web.values import Answered, Asked, Malformed
from mfa_flow.web.visit import Visit

# What a form may lead to, by a page of its own that can be gone back to.
_TROUBLES = {"refused": ("label.refused", 403), "failed": ("error.mfa_flow", 500)}


@frozen
class Door:
    """Pages and JSON for one client's flows. It remembers nothing: any process of the service can answer."""

    mfa: MfaClient = field(repr=False)
    language: str | None
    realm: str | None
    forms: Forms
    api: Api

    @classmethod
    def to(
        cls,
        mfa: MfaClient,
        stylesheet: str | None = None,
        language: str | None = None,
        name: str | None = None,
        realm: str | None = None,
    ) -> "Door":
        """A door. Raises BadInput for a stylesheet that pages could not load, and MissingExtra."""
        need_extra("jinja2", "web")
        return cls(mfa, language, realm, Forms(Pages(checked(stylesheet), name)), Api())

    async def answer(self, asked: Asked) -> Answered:
        """The answer to any request."""
        visit = Visit.of(self.mfa, asked, self.language, self.realm)
        first, _, verb = asked.path.partition("/")
        if first == "api":
            return await self.api.answer(visit, verb)
        try:
            return await self._page(visit)
        except Malformed as wrong:
            return self.forms.trouble(visit, text_for("label.refused", visit.locale), wrong.status)
        except MfaFlowError as error:
            return self.forms.failed(visit, error)

    async def _page(self, visit: Visit) -> Answered:
        match visit.asked.method, visit.asked.path:
            case "GET", "":
                return await self.forms.shown(visit)
            case "POST", "":
                return await self.forms.posted(visit)
            case "GET", "turn":
                return await self.forms.turned(visit)
            case "GET", name if name in _TROUBLES:
                key, status = _TROUBLES[name]
                return self.forms.trouble(visit, text_for(key, visit.locale), status)
        return _still(visit.asked) or self.forms.trouble(visit, text_for("label.no_page", visit.locale), 404)


def _still(asked: Asked) -> Answered | None:
    """What is the same whoever asks. Who only asks whether the page is there has nothing looked up, nor handed over."""
    match asked.method, asked.path:
        case "HEAD", "":
            return head()
        case "GET" | "HEAD", "openapi.json":
            return document()
        case "GET" | "HEAD", name:
            return file(name)
    return None
