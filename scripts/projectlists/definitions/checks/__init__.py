"""Cross checks of definitions: what each part says about the other parts. Pure; every mistake is a Problem."""
