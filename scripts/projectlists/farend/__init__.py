"""The only door to the network: sign-in, Graph and SharePoint, and their words in both directions."""
