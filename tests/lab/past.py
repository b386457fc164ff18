"""What tests of the import share."""

from justright.lab import Store
from justright.lab.past import bring_in


def brought(path, db, **options):
    """Imports twice: the second time nothing may be new. Hands back what the first came to."""
    first = bring_in(path, db, **options)
    again = bring_in(path, db, **options)
    assert again.new == [] and again.n_known == len(first.new)
    return first


def rows_of(db):
    with Store(db) as store:
        return {row.name: row for row in store.runs()}


def curve_of(db, name, metric):
    with Store(db) as store:
        found = store.curve(store.run(name).id, metric)
        return found.steps.tolist(), found.values.tolist(), found.seconds.tolist()
