package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.LinkFamily;

/** The links of one delta on their way to where their ends are now: read, looked up, filed, written. */
final class LinkStep {
    private final RunContext context;
    private final LinkEnds ends;
    private final LinkFamily family;
    private final boolean isExplicit;

    /** @param isExplicit whether no edge of a tree is implied in the destination */
    LinkStep(RunContext context, LinkEnd here, LinkEnd there, LinkFamily family, boolean isExplicit) {
        this.context = context;
        this.ends = new LinkEnds(here, there);
        this.family = family;
        this.isExplicit = isExplicit;
    }

    void run() {
        LinkAttributes attributes = LinkAttributes.of(context, ends.here().rules(), family);
        LinkReader links = new LinkReader(context, ends, family, attributes);
        int recordBytes = attributes.recordBytes(family.format().width());
        EndLookup lookup = new EndLookup(context, ends, family.format(), links, recordBytes);
        LinkWrites writes = new LinkWrites(ends, family.format(), attributes);
        writes.open();
        try (LinkFiling filing =
                new LinkFiling(context, ends, family.format(), isExplicit, writes, recordBytes, lookup::run)) {
            filing.run();
        }
    }
}
