package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import java.util.Collection;

/** Level 4: what the geometry of a store asks for. */
final class ConventionChecks {
    private final VectorStore store;
    private final StoreMetadata root;
    private final Findings findings;

    ConventionChecks(VectorStore store, Findings findings) {
        this.store = store;
        this.root = store.metadata();
        this.findings = findings;
    }

    void run(Collection<LevelFacts> levels) {
        if (!store.levelNumbers().contains(0)) {
            findings.add(Check.LEVEL_ZERO, null, "", null, "levels are " + store.levelNumbers());
        }
        for (GeometryType type : root.geometryTypes()) {
            if (!root.linksConvention().fits(type)) {
                String found =
                        "links_convention is " + root.linksConvention().token() + " in a store of " + type.token();
                findings.add(Check.CONVENTION, null, "", null, found);
            }
        }
        for (LevelFacts facts : levels) {
            findings.attempt(Check.ARRAY_METADATA, facts.number, facts.path("links/0"), null, () -> checkLevel(facts));
        }
    }

    private void checkLevel(LevelFacts facts) {
        VectorLevel level = facts.level;
        if (root.hasPaths() && facts.number == 0 && facts.chunks.size() > 0 && level.objects() == null) {
            findings.add(Check.PATH_OBJECTS, 0, facts.path("object_index"), null, "there are vertices, but no objects");
        }
        if (!level.linkDeltas().contains(0)) {
            return;
        }
        LinkFamily links = level.links(0);
        int width = links.format().width();
        if (root.geometryTypes().contains(GeometryType.MESH) && links.batches() > 0 && width < 3) {
            findings.add(Check.FACE_WIDTH, facts.number, links.path(), null, "faces have " + width + " corners");
        }
        if (VertexChecks.isPointCloud(root) && links.batches() > 0) {
            findings.add(Check.POINT_LINKS, facts.number, links.path(), null, "there are links");
        }
    }
}
