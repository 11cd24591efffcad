"""What applicants change after submission: corrections, materials, links, withdrawal."""
