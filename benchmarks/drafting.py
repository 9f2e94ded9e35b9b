"""``python -m benchmarks.drafting [--detail NAME]``: how well official forms that drafting has not seen are drafted.

Precision/recall in per cent for each kind of fact, a line a file, and how long a form takes. ``--detail`` lists what
was missed and what was added for one form.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "drafting"))

from details import differences
from proof import FORMS, Proof, form_files, prove
from scoring import read_draft, read_expected, table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafting", description=__doc__)
    parser.add_argument("--detail", default="", help="a form's name, or 'all'")
    detail = parser.parse_args().detail
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        proofs = [prove(form, Path(folder)) for form in form_files()]
        taken = time.perf_counter() - began
        print(table({proof.name: proof.score for proof in proofs}))
        print(f"{len(proofs)} files, {1e3 * taken / len(proofs):.0f} ms a file")
        for proof in proofs:
            if proof.refusal:
                print(f"{proof.name}: refused: {proof.refusal}")
            if detail in (proof.name, "all"):
                _show(proof)


def _show(proof: Proof) -> None:
    print(f"\n{proof.name}")
    if proof.key:
        expected = read_expected(FORMS / f"{proof.name}.expected.yaml")
        for line in differences(expected, read_draft(proof.folder / "regimes" / proof.key)):
            print(f"  {line}")


if __name__ == "__main__":
    main()
