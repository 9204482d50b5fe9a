package io.rezarr.vectors.validate;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.digest.Hash64;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.VectorStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Level 5: levels of detail together. */
final class PyramidChecks {
    private final VectorStore store;
    private final List<Integer> numbers;
    private final Map<Integer, LevelFacts> levels;
    private final Findings findings;

    /** @param numbers of the levels that the store has, or will have */
    PyramidChecks(VectorStore store, List<Integer> numbers, Map<Integer, LevelFacts> levels, Findings findings) {
        this.store = store;
        this.numbers = numbers;
        this.levels = levels;
        this.findings = findings;
    }

    void run(Workspace workspace) {
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i) {
                findings.add(Check.LEVEL_SEQUENCE, null, "", null, "levels are " + numbers);
                break;
            }
        }
        LevelFacts before = null;
        for (LevelFacts facts : levels.values()) {
            checkSize(before, facts);
            checkObjects(facts);
            before = facts;
        }
        boolean fromBothSides = store.metadata().member("cross_level_storage") instanceof JsonString storage
                && storage.value().equals("explicit");
        for (LevelFacts facts : levels.values()) {
            for (int delta : facts.level.linkDeltas()) {
                if (fromBothSides && delta > 0 && levels.containsKey(facts.number + delta)) {
                    checkMirror(facts, delta, workspace);
                }
            }
        }
    }

    private void checkSize(@Nullable LevelFacts before, LevelFacts facts) {
        if (before != null && facts.isComplete() && before.isComplete() && facts.liveRows > before.liveRows) {
            String found = facts.liveRows + " vertices, level " + before.number + " has " + before.liveRows;
            findings.add(Check.LEVEL_SIZES, facts.number, Integer.toString(facts.number), null, found);
        }
    }

    private void checkObjects(LevelFacts facts) {
        LevelFacts base = levels.get(0);
        if (base == null || facts.number == 0 || !facts.level.metadata().isTrue("preserves_object_ids")) {
            return;
        }
        String path = facts.path("object_index");
        long[] kept = facts.objectIds;
        long[] all = base.objectIds;
        if (all != null && (kept == null || !Arrays.equals(kept, all))) {
            String found = facts.objects + " objects, level 0 has " + base.objects + ", or other ids";
            findings.add(Check.OBJECTS_KEPT, facts.number, path, null, found);
        }
        if (facts.level.metadata().member("inherited_num_objects") instanceof JsonNumber inherited
                && !inherited.text().equals(Long.toString(facts.objects))) {
            String found = "inherited_num_objects is " + inherited.text() + ", there are " + facts.objects + " objects";
            findings.add(Check.OBJECTS_KEPT, facts.number, path, null, found);
        }
    }

    private void checkMirror(LevelFacts fine, int delta, Workspace workspace) {
        LevelFacts coarse = levels.get(fine.number + delta);
        if (coarse == null) {
            return;
        }
        String path = fine.path("links/+" + delta);
        if (!coarse.level.linkDeltas().contains(-delta)) {
            String found = "level " + coarse.number + " has no links back";
            findings.add(Check.LINK_MIRROR, fine.number, path, null, found);
            return;
        }
        findings.attempt(Check.LINK_MIRROR, fine.number, path, null, () -> {
            Sum up = sum(fine.level.links(delta), 0, workspace);
            Sum down = sum(coarse.level.links(-delta), 1, workspace);
            if (!up.equals(down)) {
                String found = up.count + " links, level " + coarse.number + " has " + down.count
                        + (up.count == down.count ? ", which join others" : "");
                findings.add(Check.LINK_MIRROR, fine.number, path, null, found);
            }
        });
    }

    /** A multiset of links. */
    private record Sum(long count, long hash) {}

    /** @param fineEnd which end is on the finer level */
    private static Sum sum(LinkFamily family, int fineEnd, Workspace workspace) {
        long count = 0;
        long hash = 0;
        for (int number = 0; number < family.batches(); number++) {
            int mark = workspace.mark();
            LinkBatch batch = family.read(number, workspace);
            for (int link = 0; link < batch.size() && batch.width() == 2; link++) {
                int other = 1 - fineEnd;
                long ofFine = Hash64.mix(Hash64.mix(1, batch.chunk(link, fineEnd)), batch.row(link, fineEnd));
                hash += Hash64.mix(Hash64.mix(ofFine, batch.chunk(link, other)), batch.row(link, other));
                count++;
            }
            workspace.releaseTo(mark);
        }
        return new Sum(count, hash);
    }
}
