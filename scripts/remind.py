#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "msal>=1.36",
#   "msal-extensions>=1.2",
#   "office365-rest-python-client>=3.3",
#   "python-dateutil>=2.9",
#   "requests>=2.32",
#   "cryptography>=44",
#   "PyJWT>=2.10",
#   "pydantic>=2.9",
#   "ruamel.yaml>=0.18.10",
#   "click>=8.1.8",
#   "rich>=13.9",
#   "holidays>=0.70",
#   "Jinja2>=3.1.5",
#   "markdown-it-py>=3.0",
#   "Babel>=2.16",
#   "tzdata>=2025.1",
#   "python-calamine>=0.3",
#   "XlsxWriter>=3.2",
#   "openpyxl>=3.1",
#   "icalendar>=6.1",
#   "matplotlib>=3.10",
#   "python-docx>=1.1",
# ]
# ///
"""`projectlists remind` as a file, for a scheduler that wants one. The arguments are the same."""

import sys

from projectlists.cli import main

if __name__ == "__main__":
    sys.exit(main(["remind", *sys.argv[1:]]))
