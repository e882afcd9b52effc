"""What lists must be: the models, the files they are written in, and what can be wrong with them."""
