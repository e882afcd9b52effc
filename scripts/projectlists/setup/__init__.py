"""The first config folder: answers in, files out, and a page for the administrator who must grant the rights."""
