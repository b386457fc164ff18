"""What the page must know before anything else."""

import msgspec

from justright.lab.web.call import Call


def state(call: Call) -> object:
    """Which lab this is, and what it can do."""
    site = call.site
    return {
        "version": site.version,
        "file": site.shown(str(site.store.path.resolve())),
        "folder": site.folder.name,
        "projects": site.store.projects(),
        "n_runs": len(site.kept.rows()[1]),
        "services": {
            "ask": bool(site.services.ask),
            "play": bool(site.services.play),
            "importance": site.services.importance is not None,
        },
        "questions": msgspec.to_builtins(site.services.questions),
        "levers": site.services.levers,
    }
