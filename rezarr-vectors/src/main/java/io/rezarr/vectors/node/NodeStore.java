package io.rezarr.vectors.node;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.metadata.LevelAttributes;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.Multiscales;
import io.rezarr.vectors.metadata.RootAttributes;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of either layout: its root, which both have alike, and its levels, which the layout opens. */
public final class NodeStore implements VectorStore {
    /** The member of the root that holds parametric objects. */
    public static final String PARAMETRIC = "parametric";

    private final NodeTree nodes;
    private final Layout layout;
    private final StoreMetadata metadata;
    private final Multiscales multiscales;

    /** How levels and parametric objects are stored. */
    public interface Layout {
        /** @param store to look up other levels in */
        VectorLevel level(NodeStore store, LevelMetadata metadata);

        ParametricObjects parametric(NodeTree nodes);
    }

    private NodeStore(NodeTree nodes, Layout layout, StoreMetadata metadata, Multiscales multiscales) {
        this.nodes = nodes;
        this.layout = layout;
        this.metadata = metadata;
        this.multiscales = multiscales;
    }

    /**
     * Reads the metadata of the root.
     *
     * @throws io.rezarr.error.InvalidMetadataException if they are wrong
     * @throws UnsupportedFeatureException if they ask for what rezarr does not know
     */
    public static NodeStore open(NodeTree nodes, Layout layout) {
        JsonPlace root = nodes.attributes("");
        return new NodeStore(nodes, layout, RootAttributes.parse(root), Multiscales.parse(root));
    }

    public NodeTree nodes() {
        return nodes;
    }

    @Override
    public Store store() {
        return nodes.store();
    }

    @Override
    public StorePrefix prefix() {
        return nodes.root();
    }

    @Override
    public StoreMetadata metadata() {
        return metadata;
    }

    @Override
    public List<Integer> levelNumbers() {
        List<Integer> numbers = new ArrayList<>();
        for (String name : nodes.members("")) {
            Integer number = LevelNumbers.parse(name);
            if (number != null) {
                numbers.add(number);
            }
        }
        Collections.sort(numbers);
        return numbers;
    }

    @Override
    public VectorLevel level(int number) {
        VectorLevel level = findLevel(number);
        if (level == null) {
            throw new IllegalArgumentException("level is " + number + ", must be one of " + levelNumbers());
        }
        return level;
    }

    /** {@code null} if there is no such level. */
    public @Nullable VectorLevel findLevel(int number) {
        if (!levelNumbers().contains(number)) {
            return null;
        }
        String path = Integer.toString(number);
        if (nodes.exists(path + "/geometry_index")) {
            throw new UnsupportedFeatureException("'" + nodes.name(path)
                    + "' holds several geometries (it has geometry_index), which rezarr does not support.");
        }
        return layout.level(
                this, LevelAttributes.parse(metadata, multiscales.of(number), number, nodes.attributes(path)));
    }

    @Override
    public @Nullable ParametricObjects parametric() {
        return nodes.exists(PARAMETRIC) ? layout.parametric(nodes) : null;
    }

    @Override
    public List<String> otherMembers() {
        return nodes.members("").stream()
                .filter(name -> LevelNumbers.parse(name) == null && !name.equals(PARAMETRIC))
                .toList();
    }
}
