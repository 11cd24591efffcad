"""How pages look and speak: the reader's language and size of text, words, names, what is masked."""
