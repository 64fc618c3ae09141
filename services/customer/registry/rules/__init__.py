"""What is true of customers without any database: words, search keys, the form of a row."""
