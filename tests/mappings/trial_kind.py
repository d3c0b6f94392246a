"""Contacts and users with one option more: all that a commit adds that tries an option."""

from dataclasses import replace

from mappings.kinds.contacts_users.kind import KIND as CONTACTS
from mappings.kinds.option import Choice, Option, OptionType, yes_no

TRIAL = Option(
    "trial",
    OptionType.CHOICE,
    "How to greet {left_many}",
    "The first line of the first mail.",
    section="creating",
    default="plain",
    choices=(Choice("plain", "Plainly", "Nothing is added."), Choice("warm", "Warmly", "Each {left_one} is greeted.")),
)
SOURCE = Option("trial_source", OptionType.FIELD, "Greeting from", section="creating", none="None")
WORDS = Option(
    "trial_words",
    OptionType.TEXTS,
    "Greetings",
    section="creating",
    key="greeting.words",
    choices=(Choice("hello", "Hello"), Choice("welcome", "Welcome")),
)
NAMES = Option("trial_names", OptionType.TEXTS, "Signed by", section="creating", key="greeting.names")
LOUD = Option("trial_loud", OptionType.YES_NO, "Loud", section="creating", key="greeting.loud", choices=yes_no())
KIND = replace(CONTACTS, options=(*CONTACTS.options, TRIAL, SOURCE, WORDS, NAMES, LOUD))
