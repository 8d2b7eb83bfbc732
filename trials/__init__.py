"""What a trial is, how text becomes one, how one leaves. Knows nothing of curation."""
