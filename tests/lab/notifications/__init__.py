"""Who is told: chats, Alertmanager, and commits."""
