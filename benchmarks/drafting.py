"""``python -m benchmarks.drafting [--detail NAME]``: how well official forms that drafting has not seen are drafted.

Precision/recall in per cent for each kind of fact, a line a file, the two sets of forms apart and together, and how
long a file takes; the last line says it for columns, types and rules. ``--detail`` lists what was missed and what was
added for one form.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "drafting"))

from details import differences
from proof import FORMS, Proof, form_files, prove, set_of
from scoring import Tally, added, read_draft, read_expected, table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafting", description=__doc__)
    parser.add_argument("--detail", default="", help="a form's name, or 'all'")
    detail = parser.parse_args().detail
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        proofs = [prove(form, Path(folder)) for form in form_files()]
        taken = time.perf_counter() - began
        _show_sets(proofs)
        for proof in proofs:
            if proof.refusal:
                print(f"{proof.name}: refused: {proof.refusal}")
            if detail in (proof.name, "all"):
                _show(proof)
    print(f"\n{len(proofs)} files, {1e3 * taken / len(proofs):.0f} ms a file")
    print(_summary(proofs))


def _show_sets(proofs: list[Proof]) -> None:
    named = set_of()
    sets = {name: [proof for proof in proofs if named[proof.name] == name] for name in dict.fromkeys(named.values())}
    for name, members in sets.items():
        print(f"{name} set, {len(members)} files\n{table({proof.name: proof.score for proof in members})}\n")
    print("both sets")
    print(table({f"{name} set": added(proof.score for proof in members) for name, members in sets.items()}))


def _summary(proofs: list[Proof]) -> str:
    found = added(proof.score for proof in proofs)
    facts = ", ".join(f"{measure} {_percent(found[measure])}" for measure in ("columns", "types", "rules"))
    return f"precision/recall over {found['forms'].expected} forms: {facts}"


def _percent(tally: Tally) -> str:
    return f"{100 * tally.precision:.1f}/{100 * tally.recall:.1f} %"


def _show(proof: Proof) -> None:
    print(f"\n{proof.name}")
    if proof.key:
        expected = read_expected(FORMS / f"{proof.name}.expected.yaml")
        for line in differences(expected, read_draft(proof.folder / "regimes" / proof.key)):
            print(f"  {line}")


if __name__ == "__main__":
    main()
