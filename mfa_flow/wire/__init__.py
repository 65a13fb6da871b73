"""What goes over the wire, as values: calls, replies, and the names Auth0 gave to things."""
