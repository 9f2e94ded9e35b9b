"""The colours of a chart on paper, for documents that have no stylesheet of their own. Pages: ``ch-…`` in hub.css."""

from __future__ import annotations

from typing import Final

PRINTED: Final = (
    'text{font-family:"Libertinus Serif",serif;font-size:12px;fill:#1d1b19}'
    ".ch-soft{fill:#5c5751}.ch-strong,.ch-figure{font-weight:700}.ch-name{font-size:10px}"
    ".ch-halo{paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".ch-grid{stroke:#d9d3c9}.ch-zero{stroke:#5c5751}.ch-break{stroke:#5c5751;stroke-dasharray:2 3}"
    ".ch-reference,.ch-target{stroke:#1d1b19;stroke-width:1.5}.ch-reference{stroke-dasharray:6 3}"
    ".ch-target{stroke-width:3}"
    ".ch-area{fill:none}.ch-line{fill:none;stroke-width:2}.ch-dashed{stroke-dasharray:4 3}"
    ".ch-line.ch-t0{stroke:#174a7c}.ch-line.ch-t1{stroke:#8c1515}.ch-line.ch-t2{stroke:#1c6b3c}"
    ".ch-line.ch-t3{stroke:#6d4aa1}.ch-line.ch-t4{stroke:#8a5a00}.ch-line.ch-t5{stroke:#5c5751}"
    ".ch-mark{stroke-width:1.5}.ch-mark.ch-t0{fill:#174a7c;stroke:#174a7c}.ch-mark.ch-t1{fill:#8c1515;stroke:#8c1515}"
    ".ch-mark.ch-t2{fill:#1c6b3c;stroke:#1c6b3c}.ch-mark.ch-t3{fill:#6d4aa1;stroke:#6d4aa1}"
    ".ch-mark.ch-t4{fill:#8a5a00;stroke:#8a5a00}.ch-mark.ch-t5{fill:#5c5751;stroke:#5c5751}"
    ".ch-mark.ch-hollow{fill:#fff}"
    ".ch-bar.ch-plain{fill:#8fb2d6;stroke:#3a6ea5}.ch-bar.ch-good{fill:#a9d3b8;stroke:#1c6b3c}"
    ".ch-bar.ch-half{fill:#f0d68a;stroke:#8a5a00}.ch-bar.ch-bad{fill:#eab5b0;stroke:#b3140f}"
    ".ch-bar.ch-none{fill:#efebe3;stroke:#8d877e}.ch-bar.ch-own{stroke-width:3}"
    ".ch-bar.ch-s0{fill:#8fb2d6;stroke:#3a6ea5}.ch-bar.ch-s1{fill:#e6c9a8;stroke:#8a5a00}"
    ".ch-bar.ch-s2{fill:#a9d3b8;stroke:#1c6b3c}.ch-bar.ch-s3{fill:#cdbfe6;stroke:#6d4aa1}"
    ".ch-bar.ch-s4{fill:#eab5b0;stroke:#b3140f}.ch-bar.ch-s5{fill:#d9d3c9;stroke:#5c5751}"
    ".ch-bar.ch-provisional{fill:#fff;stroke-dasharray:4 3}"
    ".ch-cell rect,rect.ch-cell{stroke:#8d877e;fill:#fff}"
    ".ch-cell.ch-good rect,rect.ch-cell.ch-good{fill:#e6f4eb;stroke:#1c6b3c}"
    ".ch-cell.ch-half rect,rect.ch-cell.ch-half{fill:#fff5dc;stroke:#8a5a00}"
    ".ch-cell.ch-bad rect,rect.ch-cell.ch-bad{fill:#fdf0ee;stroke:#b3140f}"
    ".ch-cell.ch-none rect,rect.ch-cell.ch-none{fill:#efebe3;stroke:#b5afa6}"
    ".ch-cell.ch-c0 rect,rect.ch-cell.ch-c0{fill:#f3f6fa}.ch-cell.ch-c1 rect,rect.ch-cell.ch-c1{fill:#d5e1ed}"
    ".ch-cell.ch-c2 rect,rect.ch-cell.ch-c2{fill:#bccfe3}.ch-cell.ch-c3 rect,rect.ch-cell.ch-c3{fill:#a0bbd8}"
    ".ch-cell.ch-c4 rect,rect.ch-cell.ch-c4{fill:#84a7cd}"
    ".ch-cell.ch-provisional rect,rect.ch-cell.ch-provisional{stroke-dasharray:4 3;stroke-width:1.5}"
    ".ch-measure{fill:#1d1b19}.ch-measure.ch-provisional{fill:#fff;stroke:#1d1b19;stroke-dasharray:4 3}"
)
