"""Labels that people give to scores, and what they say about the rules that gave those scores."""
