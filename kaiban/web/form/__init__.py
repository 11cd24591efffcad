"""The one form on a page: schema to questions, posted text to answers. Nothing else knows controls."""
