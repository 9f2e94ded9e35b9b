"""Drawings of the charts of ``hub.domain.chart``, one module a kind; ``hub.writers.chart_svg`` puts them together."""
