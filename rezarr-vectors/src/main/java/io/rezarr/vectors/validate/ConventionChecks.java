package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import java.util.Collection;
import java.util.List;

/** Level 4: what the geometry of a store asks for. */
final class ConventionChecks {
    private final List<Integer> levels;
    private final StoreMetadata root;
    private final Findings findings;

    /** @param levels that the store has, or will have */
    ConventionChecks(VectorStore store, List<Integer> levels, Findings findings) {
        this.levels = levels;
        this.root = store.metadata();
        this.findings = findings;
    }

    void run(Collection<LevelFacts> facts) {
        if (!levels.contains(0)) {
            findings.add(Check.LEVEL_ZERO, null, "", null, "levels are " + levels);
        }
        for (GeometryType type : root.geometryTypes()) {
            if (!root.linksConvention().fits(type)) {
                String found =
                        "links_convention is " + root.linksConvention().token() + " in a store of " + type.token();
                findings.add(Check.CONVENTION, null, "", null, found);
            }
        }
        for (LevelFacts level : facts) {
            findings.attempt(Check.ARRAY_METADATA, level.number, level.path("links/0"), null, () -> checkLevel(level));
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
