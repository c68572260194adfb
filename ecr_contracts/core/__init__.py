"""The words that everybody uses: errors, findings, JSON paths, text, masking. It knows no event and no consumer."""
