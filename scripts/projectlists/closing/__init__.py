"""The end of a project: an archive package, lists that nobody changes any more, and the way back."""
