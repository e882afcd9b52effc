"""Every link of the chain from this machine to a mail that arrives, checked one by one."""
