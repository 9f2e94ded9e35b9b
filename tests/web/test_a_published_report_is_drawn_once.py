"""The page of an edition: its tables are drawn once a language, and shown to nobody who may not read them."""

from __future__ import annotations

import pytest

from hub.web import reports


@pytest.fixture
def drawn(monkeypatch):
    """The templates drawn since, by name."""
    names: list[str] = []
    render = reports.render_template

    def noted(name, **values):
        names.append(name)
        return render(name, **values)

    monkeypatch.setattr(reports, "render_template", noted)
    return names


def _main(answer) -> str:
    page = answer.get_data(as_text=True)
    return page[page.index("<main") : page.index("</main>")]


def test_a_second_reader_sees_the_very_same_tables_without_drawing_them(sign_in, make_actor, published, drawn):
    path = f"/reports/{published.id}"
    first, second = (_main(sign_in(make_actor("officer", "G12")).get(path)) for _ in range(2))
    assert first == second
    assert f"/reports/{published.id}/trace?cell=" in first
    assert drawn.count("partials/published_tables.html") == 1


def test_each_language_has_its_own_tables(sign_in, make_actor, published):
    browser, path = sign_in(make_actor("officer", "G12")), f"/reports/{published.id}"
    vietnamese = _main(browser.get(path))
    browser.client.set_cookie("hub_language", "en")
    english = _main(browser.get(path))
    assert "Cả nước" in vietnamese
    assert "Cả nước" not in english
    browser.client.set_cookie("hub_language", "vi")
    assert _main(browser.get(path)) == vietnamese


def test_what_was_drawn_for_one_is_not_shown_to_another_who_may_not_read_it(sign_in, make_actor, published):
    path = f"/reports/{published.id}"
    assert sign_in(make_actor("officer", "G12")).get(path).status_code == 200
    assert sign_in(make_actor("approver", "X11")).get(path).status_code == 404
