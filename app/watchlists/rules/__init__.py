"""What makes two names, plates or numbers alike. Pure."""
