"""The machine: what a flow is, which moves there are, and what a person is asked in each state."""
