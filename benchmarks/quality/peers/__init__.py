"""Other converters, each in an environment of its own: a file of pinned packages and a small program each.

The programs (``*_peer.py``) run with a peer's own Python and import nothing of docassay. None of these
packages is a requirement of docassay; some have licences that it could not take.
"""
