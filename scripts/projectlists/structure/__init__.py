"""How a site's lists look, wanted and found, and the plan between the two. All pure."""
