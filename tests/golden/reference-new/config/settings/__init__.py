"""Settings: base holds everywhere; development and production build on it."""
