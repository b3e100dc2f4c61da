"""Links of members to the things of a reconciliation service, in a link file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.candidates import Subject
from publisher.commands.common import say
from publisher.commands.link_files import (
    NO_PLACE,
    Reviewed,
    Shown,
    list_undecided,
    read_links,
    show_candidates,
    write_links,
)
from publisher.errors import UsageError
from publisher.linking import (
    CITIES_FILE,
    COUNTRIES_FILE,
    decide_link,
    find_decided,
    find_known_facts,
    list_subjects,
    merge_reviewed,
    replace_decision,
)
from publisher.reconciliation import ReconciliationService
from publisher.service_links import (
    Known,
    Question,
    ServiceProposal,
    parse_question,
    propose_service_link,
)
from publisher.site import Site
from publisher.sssom import NO_TERM, Link


def link_members(site: Site, name: str, question: Question | None) -> None:
    """Asks a service about all members and writes the links that need no person, beside
    those that persons decided.

    Args:
        question: the one that the link file of the name was made by, if None.

    Raises:
        UsageError: the name is no service's, or nobody said whom to ask.
        ServiceError: the service cannot be used.
    """
    file = _name_file(name)
    service = ReconciliationService(question or _get_question(site, name))
    proposals = list(_propose(site, service, list_subjects(site.members)))
    linked = [p.links[0] for p in proposals if not p.doubt]
    rows = merge_reviewed(read_links(site, file), linked)
    space = service.identifier_space
    source = {"object_source": space, "other": service.question.write()}
    write_links(site, file, rows, {name: space}, source)
    decided = find_decided(rows)
    say(f"{len(decided)} of {len(proposals)} members linked to {service.name} or decided")
    for proposal in proposals:
        if f"city/{proposal.subject.key}" not in decided:
            say(f"left: city/{proposal.subject.key}: {proposal.doubt}")
    if len(decided) < len(proposals):
        say(f"see them with: publisher link review --name {name}")


def review_members(site: Site, name: str, subjects: Sequence[Subject] | None) -> int:
    """Asks the service of a link file about members, shows what it answers and returns about
    how many; without `subjects`, about those that are to be decided.

    Raises:
        UsageError: the name is no service's, or nobody asked it yet.
        ServiceError: the service cannot be used.
    """
    file = _name_file(name)
    service = ReconciliationService(_get_question(site, name))
    asked = list_undecided(site, file) if subjects is None else subjects
    proposals = _propose(site, service, asked)
    members = (Shown(p.subject, p.doubt, p.links) for p in proposals)
    show_candidates(site, file, service.identifier_space, members)
    return len(asked)


def decide_member(site: Site, name: str, subject: Subject, thing: str, reviewed: Reviewed) -> Link:
    """Writes down that a member is a thing of a service, by the service's id, or none, and
    returns the row. The service is not asked.

    Raises:
        UsageError: the name is no service's, or nobody asked it yet.
    """
    file = _name_file(name)
    rows = read_links(site, file)
    space = _get_file_space(site, name)
    if thing == NO_PLACE:
        decision = reviewed.decide(NO_TERM)
    else:
        object_ = f"{space}{thing.removeprefix(space)}"
        label = next((row.object_label for row in rows if row.object == object_), "")
        decision = reviewed.decide(object_, label)
    row = decide_link(subject, decision)
    write_links(site, file, replace_decision(rows, row), {name: space}, {})
    return row


def _name_file(name: str) -> str:
    file = f"{name}.sssom.tsv"
    if not name.isidentifier() or file in (CITIES_FILE, COUNTRIES_FILE):
        raise UsageError(
            f"a service's link file cannot be called {name!r}",
            remedy="give it another --name, such as --name wikidata",
        )
    return file


def _get_question(site: Site, name: str) -> Question:
    mappings = site.links.get(_name_file(name))
    question = parse_question(mappings.metadata.get("other", "")) if mappings else None
    if question is None:
        raise UsageError(
            f"no link file says where to ask for {name}",
            remedy=f"publisher link --endpoint ADDRESS --name {name}",
        )
    return question


def _get_file_space(site: Site, name: str) -> str:
    mappings = site.links.get(_name_file(name))
    space = mappings.prefixes.get(name) if mappings else None
    if not space:
        raise UsageError(
            f"no link file says what the IRIs of {name} begin with",
            remedy=f"publisher link --endpoint ADDRESS --name {name}",
        )
    return space


def _propose(
    site: Site, service: ReconciliationService, subjects: Sequence[Subject]
) -> Iterator[ServiceProposal]:
    facts = find_known_facts(read_links(site, CITIES_FILE), site.places)
    for subject, results in service.find(subjects):
        known = Known(site.countries, facts.get(f"city/{subject.key}"))
        yield propose_service_link(
            subject, results, service.question, service.identifier_space, known
        )
