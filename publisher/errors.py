"""What can go wrong, as a tree; the edges (`cli`, `web.errors`) translate it.

PublisherError
├── UsageError            the call itself makes no sense                exit 2
├── SettingsError         site.toml, environment or flag                exit 2
├── SourceError           an input file cannot be used as it is         exit 1
├── HarvestError          a source has no newer harvest                 exit 1
├── InvalidData           shapes are violated, so nothing was released  exit 1
├── ServiceError          a service elsewhere does not answer properly  exit 1
├── ReleaseError          a release is missing or not for this version  exit 1
├── FetchError            another server does not answer as asked       exit 1
│   ├── FetchTimeout      … not in time                                 exit 1
│   └── FetchTooLarge     … with more than is taken                     exit 1
├── Inexpressible         a format cannot hold the data                 exit 1, HTTP 406
├── StoreError            the engine behind the site does not answer    exit 1, HTTP 502
├── EndpointError         an endpoint that a query calls fails          exit 1, HTTP 502
├── QueryError            a SPARQL query that cannot be answered        exit 1, HTTP 400
│   ├── ParameterError    … as a parameter has no value, or a wrong one exit 1, HTTP 400
│   │   └── ParameterTooLarge  … or holds more than is answered at once exit 1, HTTP 413
│   ├── QueryUnordered … or orders values that have no order       exit 1, HTTP 501
│   ├── QueryRefused      … or may not be: updates, SERVICE             exit 1, HTTP 403
│   └── QueryTooCostly    … or takes more time or memory than it may    exit 1, HTTP 503
│       └── AnswerTooLarge  … or has an answer larger than it may be    exit 1, HTTP 413
└── ServerBusy            all query workers are taken                   exit 1, HTTP 503
    └── TooManyQueries    … or one client's share of them               exit 1, HTTP 429

Bad data is a value in a report (`publisher.profile.Problem`, SHACL results);
only what keeps a promise from being kept is raised.
"""

from __future__ import annotations


class PublisherError(Exception):
    """What went wrong, where, and what to do about it.

    Args:
        message: one sentence saying what is wrong.
        where: the file, with line or key where known (`pages/a.txt, line 3`).
        remedy: one sentence saying what to do.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  → {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{remedy}"


class UsageError(PublisherError):
    """The call itself makes no sense."""

    exit_code = 2


class SettingsError(PublisherError):
    """An unknown key or a bad value in site.toml, the environment or a flag."""

    exit_code = 2


class SourceError(PublisherError):
    """An input file cannot be used as it is."""


class HarvestError(PublisherError):
    """Sources could not be harvested; what they said before is kept."""


class InvalidData(PublisherError):
    """The data violates a shape, so it was not released."""


class ServiceError(PublisherError):
    """A service elsewhere cannot be reached, or does not answer as its protocol says."""


class ReleaseError(PublisherError):
    """A release is missing, damaged or was made by another version."""


class FetchError(PublisherError):
    """Another server does not answer, or not as it was asked; `where` is its address."""


class FetchTimeout(FetchError):
    """Another server does not answer in time."""


class FetchTooLarge(FetchError):
    """Another server answers with more than is taken."""


class Inexpressible(PublisherError):
    """A format cannot hold the data that is to be written in it; another one can."""


class StoreError(PublisherError):
    """The SPARQL engine behind the site does not answer, or not with this release.

    The message is for everybody; only `where` has the engine's address.
    """


class EndpointError(PublisherError):
    """Another endpoint, which a query calls, does not answer, or not with rows."""


class QueryError(PublisherError):
    """A SPARQL query that cannot be answered; `line` and `column` count from 1."""

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        remedy: str = "",
    ) -> None:
        where = f"line {line}, column {column}" if line is not None else ""
        super().__init__(message, where=where, remedy=remedy)
        self.line = line
        self.column = column


class ParameterError(QueryError):
    """A saved query with a parameter missing, unknown or of a wrong value."""

    def __init__(self, message: str, *, parameter: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.parameter = parameter


class ParameterTooLarge(ParameterError):
    """A parameter that holds more than is answered at once."""


class QueryUnordered(QueryError):
    """A query that orders values which the engine finds no order among."""


class QueryRefused(QueryError):
    """A query that this endpoint does not run: an update, or one that reaches out."""


class QueryTooCostly(QueryError):
    """A query that was stopped; `limit` is the name of the setting that it went beyond."""

    def __init__(self, message: str, *, limit: str = "", remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.limit = limit


class AnswerTooLarge(QueryTooCostly):
    """The answer to a query is larger than answers may be."""


class ServerBusy(PublisherError):
    """There is no worker for a query now; `retry_after` says in how many seconds there may be."""

    def __init__(self, message: str, *, retry_after: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class TooManyQueries(ServerBusy):
    """One client asks more at a time than its share."""
