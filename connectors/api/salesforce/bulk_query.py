"""Reads many records with one Bulk API 2.0 query job. The result is streamed, never held in memory as a whole.

simple-salesforce's own loop waits five seconds before its first look and holds each part in memory.
"""

import csv
import io
import logging
from collections.abc import Iterator

from requests import Response
from urllib3.exceptions import HTTPError

from connectors.api.errors import Transient
from connectors.api.proof import Proof
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.polling import wait_for_query

logger = logging.getLogger(__name__)

PART_SIZE = 100_000
TRIES = 3
LAST_LOCATOR = "null"
# A long text area holds 131,072 characters, more than the CSV reader takes by itself.
csv.field_size_limit(1 << 20)
Row = list[str]


def bulk_rows(client: SalesforceClient, soql: str, include_deleted: bool) -> Iterator[Row]:
    """The header, then every row of the query's answer.

    Raises Transient when Salesforce gives the job up or the stream breaks for good, Incomplete when the rows are not as
    many as the job and each part of its result say.
    """
    operation = "queryAll" if include_deleted else "query"
    job = client.ask("jobs/query", {"operation": operation, "query": soql})
    if not isinstance(job, dict) or not job.get("id"):
        raise client.unreadable()
    path = f"jobs/query/{job['id']}"
    ended = wait_for_query(client, path)
    if ended.get("state") != "JobComplete":
        raise Transient(
            f"Salesforce gave up on a bulk query: {ended.get('errorMessage') or ended.get('state')}.",
            "Try again in a few minutes.",
        )
    proof = Proof("Salesforce's answer to a bulk query")
    proof.expect(ended.get("numberRecordsProcessed"), "numberRecordsProcessed")
    header: Row | None = None
    locator = ""
    while True:
        part = _Part(client, path, locator)
        rows = part.rows()
        named = next(rows, None)
        if header is None and named is not None:
            header = named
            yield header
        elif named != header:
            raise client.unreadable()
        count = 0
        for row in rows:
            count += 1
            yield row
        proof.part(count, part.announced)
        if part.next_locator == LAST_LOCATOR:
            proof.ends()
            return
        locator = proof.goes_on(part.next_locator, (part.next_locator,) if count else ())


class _Part:
    """One part of a result. A stream that breaks is asked for again, and the rows already given are skipped."""

    def __init__(self, client: SalesforceClient, path: str, locator: str) -> None:
        self._client = client
        self._url = client.url(f"{path}/results")
        self._params = {"maxRecords": str(PART_SIZE)} | ({"locator": locator} if locator else {})
        self.next_locator: str | None = None
        self.announced: str | None = None

    def rows(self) -> Iterator[Row]:
        given = 0
        for attempt in range(TRIES):
            try:
                for place, row in enumerate(self._stream()):
                    if place >= given:
                        given = place + 1
                        yield row
            except (HTTPError, csv.Error, UnicodeDecodeError) as error:
                logger.info("a bulk result broke off after %d rows (%s), try %d", given, error, attempt + 1)
            else:
                return
        raise Transient("Salesforce broke off a bulk result several times.", "Try again in a few minutes.")

    def _stream(self) -> Iterator[Row]:
        response = self._client.session.request(
            "GET", self._url, params=self._params, headers={"Accept": "text/csv"}, stream=True
        )
        try:
            self.next_locator = response.headers.get("Sforce-Locator")
            self.announced = response.headers.get("Sforce-NumberOfRecords")
            yield from csv.reader(text_of(response))
        finally:
            response.close()


def text_of(response: Response) -> io.TextIOWrapper:
    """The body as text, decoded while it arrives; ``newline=""`` leaves line breaks to the CSV reader.

    Bytes that are no text become lone surrogates, so that one row is to blame and not the whole answer.
    """
    raw = response.raw
    raw.decode_content = True
    raw.auto_close = False  # else the wrapper finds a closed file at the end
    return io.TextIOWrapper(io.BufferedReader(raw, 1 << 16), encoding="utf-8", errors="surrogateescape", newline="")
