"""The steps of a case: taken up, talked about with departments, brought home; and its package."""
