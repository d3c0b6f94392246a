"""A vendor's refusal becomes one sentence for the administrator."""

import pytest
from requests import Response

from connectors.api.errors import ConnectorError
from connectors.api.policy import Rule, judge

RULES = (Rule((), "", ConnectorError, "It was refused: {detail}.", "Look again."),)


@pytest.mark.parametrize(
    "detail, sentence",
    [
        ("Client authentication failed.", "It was refused: Client authentication failed."),
        ("No such client", "It was refused: No such client."),
        ("", "It was refused: it gave no reason."),
    ],
)
def test_a_vendors_own_words_end_with_one_full_stop(detail: str, sentence: str) -> None:
    response = Response()
    response.status_code = 400
    assert judge(RULES, response, "", detail).error.message == sentence
