package io.rezarr.vectors.layout.v09;

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
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of layout 0.9. */
public final class Store09 implements VectorStore {
    private final NodeTree nodes;
    private final StoreMetadata metadata;
    private final Multiscales multiscales;

    private Store09(NodeTree nodes, StoreMetadata metadata, Multiscales multiscales) {
        this.nodes = nodes;
        this.metadata = metadata;
        this.multiscales = multiscales;
    }

    /**
     * Reads the metadata of the root.
     *
     * @throws io.rezarr.error.InvalidMetadataException if they are wrong
     * @throws UnsupportedFeatureException if they ask for what rezarr does not know
     */
    public static Store09 open(NodeTree nodes) {
        JsonPlace root = nodes.attributes("");
        return new Store09(nodes, RootAttributes.parse(root), Multiscales.parse(root));
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
    public Level09 level(int number) {
        Level09 level = findLevel(number);
        if (level == null) {
            throw new IllegalArgumentException("level is " + number + ", must be one of " + levelNumbers());
        }
        return level;
    }

    @Nullable
    Level09 findLevel(int number) {
        if (!levelNumbers().contains(number)) {
            return null;
        }
        String path = Integer.toString(number);
        if (nodes.exists(path + "/geometry_index")) {
            throw new UnsupportedFeatureException("'" + nodes.name(path)
                    + "' holds several geometries (it has geometry_index), which rezarr does not support.");
        }
        LevelMetadata level = LevelAttributes.parse(metadata, multiscales.of(number), number, nodes.attributes(path));
        return new Level09(this, nodes, level);
    }

    @Override
    public @Nullable ParametricObjects parametric() {
        return nodes.exists(Parametric09.PATH) ? new Parametric09(nodes) : null;
    }

    @Override
    public List<String> otherMembers() {
        return nodes.members("").stream()
                .filter(name -> LevelNumbers.parse(name) == null && !name.equals(Parametric09.PATH))
                .toList();
    }
}
