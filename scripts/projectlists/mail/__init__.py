"""What mails say, and the one mailbox that sends them."""
