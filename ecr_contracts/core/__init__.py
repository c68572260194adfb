"""What everybody uses: errors, findings, JSON, text, masking. It knows no event and no consumer."""
