"""The demonstration: invented figures, real regimes, units, windows and rules, from received bytes to publication."""
