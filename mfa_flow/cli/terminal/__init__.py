"""A person at a terminal, led from prompt to prompt.

* ``asking``: what it takes to ask; ``keys``: at a terminal; ``lines``: line by line, from a pipe for one; ``echo``;
  ``meaning``: which choice a line means
* ``paper``: what is told and not asked; ``words``: what may be typed in place of an answer; ``talk``: all of it at hand
* ``credentials``, ``choosing``, ``proving``, ``waiting``: from a prompt to the verb that answers it
* ``dialogue``: from the first prompt to the last
"""
