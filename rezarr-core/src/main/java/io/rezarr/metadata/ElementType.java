package io.rezarr.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What an element is made of, down to its fields: what {@link DataType} does not show, and the byte order that v2 keeps in it. */
sealed interface ElementType {
    /** In the terms of v3, see {@link DataType#name}. */
    String name();

    DataType.Kind kind();

    /** 0 if elements have no fixed size, or the type is not known. */
    int bytes();

    /** Appends the numbers of an element at that offset; with {@code bigEndianOnly}, those that v2 declares big-endian. */
    void addNumbers(int offset, boolean bigEndianOnly, List<ByteRun> runs);

    default DataType toDataType() {
        List<ByteRun> runs = new ArrayList<>();
        addNumbers(0, false, runs);
        return new DataType(name(), kind(), bytes(), runs);
    }

    default List<ByteRun> bigEndianRuns() {
        List<ByteRun> runs = new ArrayList<>();
        addNumbers(0, true, runs);
        return List.copyOf(runs);
    }

    /**
     * @param width of the numbers it consists of, in bytes; 0 or 1 if it has no byte order
     * @param bigEndian as v2 declares it; false in v3, whose codecs say
     */
    record Scalar(String name, DataType.Kind kind, int bytes, int width, boolean bigEndian) implements ElementType {
        @Override
        public void addNumbers(int offset, boolean bigEndianOnly, List<ByteRun> runs) {
            if (width > 1 && (bigEndian || !bigEndianOnly)) {
                runs.add(new ByteRun(offset, width, bytes / width));
            }
        }

        /** Of a datetime or timedelta: what stands in brackets in its name, {@code 25s}; empty if it is generic. */
        String timeStep() {
            int bracket = name.indexOf('[');
            return bracket < 0 ? "" : name.substring(bracket + 1, name.length() - 1);
        }
    }

    /** @param offset from the start of the struct, in bytes */
    record Field(String name, ElementType type, int offset) {}

    record Struct(List<Field> fields, int bytes) implements ElementType {
        public Struct {
            fields = List.copyOf(fields);
        }

        @Override
        public String name() {
            return fields.stream()
                    .map(field -> field.name() + ":" + field.type().name())
                    .collect(Collectors.joining(", ", "struct{", "}"));
        }

        @Override
        public DataType.Kind kind() {
            return DataType.Kind.STRUCT;
        }

        @Override
        public void addNumbers(int offset, boolean bigEndianOnly, List<ByteRun> runs) {
            for (Field field : fields) {
                field.type().addNumbers(offset + field.offset(), bigEndianOnly, runs);
            }
        }
    }

    /** A sub-array of a struct's field, in C order. */
    record Repeated(ElementType item, List<Integer> lengths, int bytes) implements ElementType {
        public Repeated {
            lengths = List.copyOf(lengths);
        }

        int count() {
            return bytes / item.bytes();
        }

        @Override
        public String name() {
            return item.name() + lengths.toString().replace(" ", "");
        }

        @Override
        public DataType.Kind kind() {
            return DataType.Kind.STRUCT;
        }

        @Override
        public void addNumbers(int offset, boolean bigEndianOnly, List<ByteRun> runs) {
            if (item instanceof Scalar scalar) {
                if (scalar.width() > 1 && (scalar.bigEndian() || !bigEndianOnly)) {
                    runs.add(new ByteRun(offset, scalar.width(), bytes / scalar.width()));
                }
                return;
            }
            for (int i = 0; i < count(); i++) {
                item.addNumbers(offset + i * item.bytes(), bigEndianOnly, runs);
            }
        }
    }

    /** How many runs {@link #addNumbers} appends, counted without making them: a few bytes of metadata can ask for 2^30. */
    static long runsOf(ElementType type) {
        if (type instanceof Struct struct) {
            return struct.fields().stream()
                    .mapToLong(field -> runsOf(field.type()))
                    .sum();
        }
        if (type instanceof Repeated repeated && !(repeated.item() instanceof Scalar)) {
            return repeated.count() * runsOf(repeated.item());
        }
        return 1;
    }
}
