"""Icons, times, badges, values, navigation, the dual list, the first-run path."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone

from syncadmin.web.badges import Badge, Tone
from syncadmin.web.duallist import MOVE, DualListField, is_move, move
from syncadmin.web.firststeps import Facts, StepProgress, first_steps
from syncadmin.web.icons import icon
from syncadmin.web.navigation import Entry, links
from syncadmin.web.releases import sections

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def render(text: str, **context: object) -> str:
    return Template("{% load ui %}" + text).render(Context(context)).strip()


def test_an_icon_is_drawn_in_place_and_hidden_from_screen_readers() -> None:
    drawn = icon("plug")
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../../package", "Plug"])
def test_an_icon_that_does_not_exist_is_found_by_the_first_test(name: str) -> None:
    with pytest.raises(ValueError, match="no icon"):
        icon(name)


@time_machine.travel(NOW, tick=False)
def test_relative_time_carries_the_absolute_one() -> None:
    shown = render("{% ago value %}", value=timezone.now() - timedelta(hours=3))
    assert ">3 hours ago<" in shown
    assert 'title="21 Nov 2026, 11:00:00 UTC"' in shown
    assert 'datetime="2026-11-21T11:00:00+00:00"' in shown


def test_a_time_that_never_came_is_a_word() -> None:
    assert "not yet" in render('{% ago value "not yet" %}', value=None)


@pytest.mark.parametrize("tone", list(Tone))
def test_a_badge_says_its_state_in_word_icon_and_colour(tone: Tone) -> None:
    shown = render("{% badge state %}", state=Badge("Paused", tone))
    assert "Paused" in shown
    assert "<svg" in shown
    assert f"tone-{tone}" in shown


def test_a_badge_escapes_its_word() -> None:
    assert "<script>" not in render("{% badge state %}", state=Badge("<script>"))


@pytest.mark.parametrize(
    "value, shown",
    [(None, "–"), ("", "–"), (True, "yes"), (False, "no"), (["a", "b"], "a, b"), ([], "–"), (0, "0"), ("x", "x")],
)
def test_a_remote_value_is_shown_as_people_read_it(value: object, shown: str) -> None:
    assert render("{{ value|shown }}", value=value) == shown


def test_one_entry_of_the_navigation_is_active_on_its_subpages() -> None:
    entries = [Entry("Overview", "home", "/"), Entry("Connections", "plug-connected", "/connections/")]
    assert [link.label for link in links("/connections/acme/edit/", entries) if link.active] == ["Connections"]
    assert [link.label for link in links("/", entries) if link.active] == ["Overview"]
    assert not any(link.active for link in links("/account/2fa/", entries))


@pytest.mark.parametrize(
    "action, value, after",
    [
        ("add", "d", ["a", "b", "c", "d"]),
        ("add", "a", ["a", "b", "c"]),
        ("remove", "b", ["a", "c"]),
        ("up", "b", ["b", "a", "c"]),
        ("up", "a", ["a", "b", "c"]),
        ("down", "b", ["a", "c", "b"]),
        ("down", "c", ["a", "b", "c"]),
        ("up", "unknown", ["a", "b", "c"]),
        ("nonsense", "a", ["a", "b", "c"]),
    ],
)
def test_a_move_changes_only_the_order_it_names(action: str, value: str, after: list[str]) -> None:
    assert move(["a", "b", "c"], action, value) == after


def test_a_dual_list_keeps_the_order_in_which_it_was_sent_and_drops_repeats() -> None:
    field = DualListField(choices=[("a", "A"), ("b", "B"), ("c", "C")])
    data = QueryDict("types=c&types=a&types=c")
    assert field.clean(field.widget.value_from_datadict(data, {}, "types")) == ["c", "a"]


def test_a_button_of_a_dual_list_moves_only_in_its_own_list() -> None:
    field = DualListField(choices=[("a:1", "A"), ("b", "B")])
    data = QueryDict(f"types=b&{MOVE}=types:add:a:1")
    assert is_move(data)
    assert field.widget.value_from_datadict(data, {}, "types") == ["b", "a:1"]
    assert field.widget.value_from_datadict(data, {}, "other") == []


def test_a_chosen_value_that_is_no_longer_offered_is_still_shown() -> None:
    field = DualListField(choices=[("a", "A")], required=False)
    shown = field.widget.render("types", ["gone", "a"])
    assert shown.index('value="gone"') < shown.index('value="a"')


def test_the_first_run_path_has_exactly_one_next_step() -> None:
    nothing = Facts(sides_connected=0, sides_needed=2, connections=0, checked=0, scoped=0, mapped=0, live=0)
    states = [step.state for step in first_steps(nothing)]
    assert states == [StepProgress.NEXT, *[StepProgress.WAITING] * 5]


def test_the_first_run_path_goes_on_from_what_is_done() -> None:
    some = Facts(sides_connected=2, sides_needed=2, connections=2, checked=2, scoped=1, mapped=0, live=0)
    steps = first_steps(some)
    assert [step.name for step in steps if step.state is StepProgress.DONE] == ["Connect", "Check", "Scope"]
    assert [step.name for step in steps if step.state is StepProgress.NEXT] == ["Map"]


def test_a_later_step_that_is_done_waits_for_an_earlier_one_that_is_not() -> None:
    odd = Facts(
        sides_connected=2, sides_needed=2, connections=2, checked=1, scoped=1, mapped=3, applied=("Accounts",), live=1
    )
    assert [step.name for step in first_steps(odd) if step.state is StepProgress.NEXT] == ["Check"]
    assert not any(step.state is StepProgress.DONE for step in first_steps(odd)[2:])


def test_a_changelog_is_read_with_its_wrapped_lines() -> None:
    text = "# Changelog\nintro\n\n## 0.1.0\n\nFirst\nrelease.\n\nMore.\n"
    text += "### Improvements\n- One `thing`\n  that wraps\n- **Two**\n"
    first, second = sections(text)
    assert (first.title, first.depth, first.paragraphs) == ("0.1.0", 2, ["First release.", "More."])
    assert (second.title, second.items) == ("Improvements", ["One thing that wraps", "Two"])


def test_prose_over_several_lines_is_one_line_for_an_include() -> None:
    source = """{% prose as text %}
      Two lines of {{ what }},
      one sentence.
    {% endprose %}{{ text }}"""
    assert render(source, what="<b>") == "Two lines of &lt;b&gt;, one sentence."
