"""The lab's GitHub: a REST double, webhook deliveries, git over SSH and a page to look at it."""
