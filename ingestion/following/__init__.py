"""Following the approval app's own database: what changed there is loaded every minute."""
