"""Every word of the pages in both languages, a file a page. Data brings its own Text."""
