package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.rechunk.StoreDiff;
import io.rezarr.rechunk.StoreDiff.NodeDiff;
import io.rezarr.rechunk.StoreDiff.Relation;
import io.rezarr.verify.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code diff} prints. */
final class DiffText {
    private DiffText() {}

    /** A line for each difference (with {@code verbose} also for equal nodes), then the sum. */
    static List<String> lines(StoreDiff diff, String left, String right, boolean verbose) {
        List<String> lines = new ArrayList<>();
        for (NodeDiff node : diff.nodes()) {
            String name = node.path().isEmpty() ? "(root)" : node.path();
            switch (node.relation()) {
                case EQUAL -> {
                    if (verbose) {
                        lines.add(name + ": equal");
                    }
                }
                case ONLY_LEFT -> lines.add(name + ": only in " + left);
                case ONLY_RIGHT -> lines.add(name + ": only in " + right);
                case OTHER_KIND -> lines.add(name + ": an array in one, a group in the other");
                case DIFFERENT -> different(name, node, lines);
            }
        }
        long equal = diff.nodes().stream()
                .filter(node -> node.relation() == Relation.EQUAL)
                .count();
        lines.add(
                diff.isEqual()
                        ? "equal: " + Figures.count(equal, "array")
                        : "different: " + (diff.nodes().size() - equal) + " of "
                                + diff.nodes().size());
        return lines;
    }

    private static void different(String name, NodeDiff node, List<String> lines) {
        Difference difference = node.difference();
        if (difference != null) {
            String more = difference.count() > 1 ? "; " + difference.count() + " elements differ" : "";
            lines.add(name + ": " + difference.what() + where(difference) + ": " + difference.left() + " and "
                    + difference.right() + more);
        }
        node.metadata().forEach(sentence -> lines.add(name + ": " + sentence));
    }

    private static String where(Difference difference) {
        return difference.index().isEmpty()
                ? ""
                : difference.index().stream().map(Object::toString).collect(Collectors.joining(", ", " [", "]"));
    }

    static JsonObject json(StoreDiff diff) {
        return JsonObject.EMPTY
                .with("equal", JsonLiteral.of(diff.isEqual()))
                .with(
                        "nodes",
                        new JsonArray(diff.nodes().stream()
                                .<JsonValue>map(DiffText::node)
                                .toList()));
    }

    private static JsonObject node(NodeDiff node) {
        return JsonObject.EMPTY
                .with("path", new JsonString(node.path()))
                .with("relation", new JsonString(Choice.wordOf(node.relation())))
                .with("difference", difference(node.difference()))
                .with("metadata", InfoJson.strings(node.metadata()));
    }

    private static JsonValue difference(@Nullable Difference difference) {
        if (difference == null) {
            return JsonLiteral.NULL;
        }
        List<JsonValue> index =
                difference.index().stream().<JsonValue>map(JsonNumber::of).toList();
        return JsonObject.EMPTY
                .with("what", new JsonString(difference.what()))
                .with("index", new JsonArray(index))
                .with("left", new JsonString(difference.left()))
                .with("right", new JsonString(difference.right()))
                .with("count", JsonNumber.of(difference.count()));
    }
}
