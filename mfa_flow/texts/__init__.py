"""What people read, by key and language: of ours, or of your own catalogue, which goes before ours.

Ours are gettext catalogues (``locale/<language>/LC_MESSAGES/mfa_flow.po``, English too) whose msgids are the keys. They
are read when the first text is asked for. After a change: ``pybabel compile -D mfa_flow -d mfa_flow/texts/locale``.
"""

from mfa_flow.texts.catalogues import add, languages
from mfa_flow.texts.labels import factor_name, label, labels
from mfa_flow.texts.lookup import find, text_for
from mfa_flow.texts.negotiation import best_locale
from mfa_flow.texts.times import when

__all__ = ["add", "best_locale", "factor_name", "find", "label", "labels", "languages", "text_for", "when"]
