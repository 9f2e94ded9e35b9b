"""The meaning of regime data: every check that structure alone cannot make. Each function yields all that it finds.

Problems must be mended before an edition is published; warnings are for a person to judge. Rules cited as Rnn are those
of the legal and domain rules that the hub implements.
"""
