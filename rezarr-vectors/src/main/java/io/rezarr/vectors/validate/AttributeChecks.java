package io.rezarr.vectors.validate;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.Numbers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of attributes that have a row for each vertex, or for each fragment, of one level. */
final class AttributeChecks {
    private final LevelFacts facts;
    private final Findings findings;
    private final List<Parallel> ofVertices = new ArrayList<>();
    private final List<Parallel> ofFragments = new ArrayList<>();

    /** An attribute, and how many columns it has, once that is known. */
    private static final class Parallel {
        final ChunkAttribute attribute;
        long columns = -1;

        Parallel(ChunkAttribute attribute) {
            this.attribute = attribute;
        }
    }

    private AttributeChecks(LevelFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    static AttributeChecks open(LevelFacts facts, Findings findings) {
        AttributeChecks checks = new AttributeChecks(facts, findings);
        for (String name : facts.level.vertexAttributeNames()) {
            String path = facts.path("vertex_attributes/" + name);
            ChunkAttribute attribute = findings.value(
                    Check.ARRAY_METADATA, facts.number, path, null, () -> facts.level.vertexAttribute(name));
            if (attribute != null) {
                ChunkKeyCheck.compare(facts, attribute.values(), findings);
                checks.ofVertices.add(new Parallel(attribute));
            }
        }
        for (String name : facts.level.fragmentAttributeNames()) {
            String path = facts.path("fragment_attributes/" + name);
            ChunkAttribute attribute = findings.value(
                    Check.ARRAY_METADATA, facts.number, path, null, () -> facts.level.fragmentAttribute(name));
            if (attribute != null) {
                checks.ofFragments.add(new Parallel(attribute));
            }
        }
        return checks;
    }

    /** @param rows how many vertices the chunk has */
    void checkChunk(int chunk, ChunkKey key, int rows, Workspace workspace) {
        for (Parallel attribute : ofVertices) {
            check(attribute, Check.ATTRIBUTE_ROWS, key, rows, "vertices", workspace);
        }
        int fragments = facts.fragments[chunk];
        for (Parallel attribute : ofFragments) {
            // Chunks without values are legal: not every fragment need have one.
            if (fragments != LevelFacts.UNKNOWN
                    && attribute.attribute.values().chunks().contains(key)) {
                check(attribute, Check.FRAGMENT_ATTRIBUTE_ROWS, key, fragments, "fragments", workspace);
            }
        }
    }

    private void check(Parallel parallel, Check check, ChunkKey key, int rows, String what, Workspace workspace) {
        ChunkAttribute attribute = parallel.attribute;
        String path = attribute.values().path();
        int mark = workspace.mark();
        ByteBuffer values = findings.value(
                check, facts.number, path, key, () -> attribute.values().read(key, workspace));
        if (values != null) {
            checkRows(parallel, check, key, rows, what, values);
        } else if (rows > 0 && attribute.values().chunks().contains(key)) {
            findings.add(check, facts.number, path, key, "no values can be read for " + rows + " " + what);
        }
        workspace.releaseTo(mark);
    }

    private void checkRows(Parallel parallel, Check check, ChunkKey key, int rows, String what, ByteBuffer values) {
        AttributeFormat format = parallel.attribute.format();
        String path = parallel.attribute.values().path();
        long columns = rows == 0 ? -1 : format.columns(values.remaining(), rows);
        boolean fits = rows == 0 ? !values.hasRemaining() : columns > 0;
        if (!fits || (parallel.columns > 0 && columns > 0 && columns != parallel.columns)) {
            String found = values.remaining() + " bytes of " + format.type().name() + " for " + rows + " " + what
                    + (parallel.columns > 0 ? ", expected " + parallel.columns + " columns" : "");
            findings.add(check, facts.number, path, key, found);
            return;
        }
        if (parallel.columns < 0 && columns > 0) {
            parallel.columns = columns;
            checkDeclared(format, columns, path);
        }
        checkCodes(format, key, values, path);
    }

    private void checkDeclared(AttributeFormat format, long columns, String path) {
        if (format.declaredColumns() >= 0 && format.declaredColumns() != columns) {
            String found = "declares " + format.declaredColumns() + " columns, has " + columns;
            findings.add(Check.ATTRIBUTE_WIDTH, facts.number, path, null, found);
        }
    }

    private void checkCodes(AttributeFormat format, ChunkKey key, ByteBuffer values, String path) {
        List<JsonValue> categories = format.isDictionary() ? format.categories() : null;
        DataType type = format.type();
        if (categories == null || type.kind() == DataType.Kind.FLOAT) {
            return;
        }
        Long missing = missingCode(format);
        for (int at = values.position(); at < values.limit(); at += type.elementBytes()) {
            long code = Numbers.asLong(type, values, at);
            boolean isMissing = missing != null && code == missing;
            if (!isMissing && (code < 0 || code >= categories.size())) {
                String found = "code " + code + " of " + categories.size() + " categories";
                findings.add(Check.CATEGORY_CODES, facts.number, path, key, found);
                return;
            }
        }
    }

    /** The code that stands for no category; {@code null} if there is none. */
    private static @Nullable Long missingCode(AttributeFormat format) {
        if (format.attributes().member("_FillValue") instanceof JsonNumber number) {
            try {
                return Long.valueOf(number.text());
            } catch (NumberFormatException notAnInteger) {
                return null;
            }
        }
        return null;
    }
}
