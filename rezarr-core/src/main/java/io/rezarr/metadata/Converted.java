package io.rezarr.metadata;

import java.util.List;

/**
 * Metadata in the other format.
 *
 * @param notes sentences for the user: what has been left out, or is spelled in a way that not every reader knows
 */
public record Converted<M extends NodeMetadata>(M metadata, List<String> notes) {
    public Converted {
        notes = List.copyOf(notes);
    }
}
