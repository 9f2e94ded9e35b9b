"""Which of several formats a client takes: by its ``Accept`` header, whole media types with their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from werkzeug.http import parse_options_header

from hub.errors import BadRequest


class NotAcceptable(BadRequest):
    code, status = "not_acceptable", 406
    vi = "Không có định dạng nào trong các định dạng được yêu cầu (Accept)."
    en = "The formats asked for (Accept) are not available."


@dataclass(frozen=True, slots=True)
class Offer:
    """A format: its media type with its version, the short word for ``format=``, and plainer types that mean it too."""

    media_type: str
    word: str
    also: tuple[str, ...] = ()

    def fits(self, wanted: str, parameters: Mapping[str, str]) -> bool:
        """Whether a range such as ``text/*`` or a media type, with the version if it names one, means this format."""
        own, own_parameters = parse_options_header(self.media_type)
        if wanted == "*/*":
            return True
        if wanted.endswith("/*"):
            return any(name.startswith(wanted[:-1]) for name in (own, *self.also))
        version = parameters.get("version")
        right = version is None or wanted != own or version == own_parameters.get("version")
        return wanted in (own, *self.also) and right


def chosen(offers: Sequence[Offer]) -> Offer:
    """The first offer that the client likes best; without a preference the first of all. NotAcceptable for none.

    ``?format=`` with an offer's word goes before the header: links that people open carry no header.
    """
    if word := request.args.get("format"):
        found = next((offer for offer in offers if word in {offer.word, offer.media_type}), None)
        if found is None:
            raise NotAcceptable()
        return found
    ranges = [(*parse_options_header(text), quality) for text, quality in request.accept_mimetypes]
    if not ranges:
        return offers[0]
    for wanted, parameters, quality in sorted(ranges, key=lambda each: -each[2]):
        found = next((offer for offer in offers if quality > 0 and offer.fits(wanted.lower(), parameters)), None)
        if found is not None:
            return found
    raise NotAcceptable()
