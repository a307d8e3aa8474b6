"""What the admin API answers, one file for each noun. A view is a plain function of the office and what is asked; see `console.route`."""
