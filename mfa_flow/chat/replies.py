"""What a chat is told: a turn of replies, each with its buttons. Plain values, for any platform."""

from attrs import field, frozen


@frozen
class Button:
    """A button: ``text`` is plain, 64 characters at the most; ``reference`` is what the platform gives back when it is
    pressed, 63 bytes at the most."""

    text: str
    reference: str


@frozen
class Reply:
    """A message to send.

    ``text`` is plain: send it without any parse mode, or escaped for the one you use. It may show what others chose,
    an authenticator's name for one. ``picture`` is a PNG (a QR code), with the text as its caption. ``sensitive``: it
    holds recovery codes, the secret of an app, or a name that may be a password. ``quote``: the person's answer
    should quote this message (Telegram's ``ForceReply``, a modal of Slack); hand the text on as ``quoted=``.
    """

    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    picture: bytes | None = field(default=None, repr=False)
    sensitive: bool = False
    quote: bool = False


@frozen
class Turn:
    """What to do after a message: send the ``replies``, one after the other.

    ``delete``: the message just read held a password or a code, or may have; take it out of the chat. ``waits``: a
    push is on the phone; let ``Chat.watch`` tell what comes of it. ``kind`` is that of the prompt that stands now.
    """

    replies: tuple[Reply, ...] = ()
    delete: bool = False
    waits: bool = False
    kind: str | None = None
