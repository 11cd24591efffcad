"""What an applicant does once the form is handed in: visits, delivery, messages, complaints, ratings, and the outlook."""
