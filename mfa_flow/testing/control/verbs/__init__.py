"""The verbs of the control API. Each takes what is asked, and gives a status and a body."""
