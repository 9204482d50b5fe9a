package io.rezarr.vectors.rechunk;

import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.PartialStore;
import io.rezarr.vectors.node.PartialStore.Family;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A destination that gets its levels by several runs: what stands there when one begins, and where that notes what later ones need.
 *
 * @param levels that it gets in the end
 * @param earlier the store with the levels that stand there, and what is noted of them; {@code null} if this run is the first
 * @param convention that the first run found to be needed; {@code null} if this is it
 * @param target where this run writes
 * @param root of the store that it writes there
 */
public record LevelByLevel(
        List<Integer> levels,
        @Nullable VectorStore earlier,
        @Nullable LinksConvention convention,
        Store target,
        StorePrefix root) {
    public LevelByLevel {
        levels = List.copyOf(levels);
    }

    /** The levels that stand there and are not written again. */
    List<Integer> standing(List<Integer> written) {
        return earlier == null
                ? List.of()
                : earlier.levelNumbers().stream()
                        .filter(level -> !written.contains(level))
                        .toList();
    }

    boolean isComplete(List<Integer> written) {
        List<Integer> standing = standing(written);
        return levels.stream().allMatch(level -> written.contains(level) || standing.contains(level));
    }

    /** The families of links between levels of a store. */
    public static List<Family> families(VectorStore source) {
        List<Family> families = new ArrayList<>();
        for (int number : source.levelNumbers()) {
            VectorLevel level = source.level(number);
            level.linkDeltas().stream()
                    .filter(delta -> delta != 0)
                    .sorted()
                    .forEach(delta -> families.add(new Family(number, delta)));
        }
        return families;
    }

    RowMap mapOf(int level, int chunks) {
        VectorStore store = java.util.Objects.requireNonNull(earlier, "earlier");
        return RowMap.open(store.store(), PartialStore.ofLevel(store.prefix(), level), chunks);
    }
}
