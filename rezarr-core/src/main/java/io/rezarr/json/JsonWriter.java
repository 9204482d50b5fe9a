package io.rezarr.json;

import java.util.Map;

/** Writes one value as text. */
final class JsonWriter {
    private static final int ONE_LINE = -1;

    private final int indent;
    private final boolean ascii;
    private final int maxCharacters;
    private final StringBuilder text = new StringBuilder();

    private JsonWriter(int indent, boolean ascii, int maxCharacters) {
        this.indent = indent;
        this.ascii = ascii;
        this.maxCharacters = maxCharacters;
    }

    /** One member a line, in ASCII. */
    static JsonWriter indented(int indent) {
        return new JsonWriter(indent, true, Integer.MAX_VALUE);
    }

    /** On one line, printable characters as they are; a longer value is cut off behind that many characters. */
    static JsonWriter oneLine(int maxCharacters) {
        return new JsonWriter(ONE_LINE, false, maxCharacters);
    }

    String write(JsonValue value) {
        append(value, 0);
        if (isFull()) {
            text.setLength(maxCharacters);
            text.append("...");
        }
        return text.toString();
    }

    private boolean isFull() {
        return text.length() > maxCharacters;
    }

    private void append(JsonValue value, int depth) {
        if (isFull()) {
            return;
        }
        if (value instanceof JsonObject object) {
            appendObject(object, depth);
        } else if (value instanceof JsonArray array) {
            appendArray(array, depth);
        } else if (value instanceof JsonString string) {
            appendString(string.value());
        } else if (value instanceof JsonNumber number) {
            text.append(number.text());
        } else if (value instanceof JsonLiteral literal) {
            text.append(
                    switch (literal) {
                        case TRUE -> "true";
                        case FALSE -> "false";
                        case NULL -> "null";
                    });
        }
    }

    private void appendObject(JsonObject object, int depth) {
        text.append('{');
        boolean first = true;
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            separate(first, depth + 1);
            first = false;
            appendString(member.getKey());
            text.append(": ");
            append(member.getValue(), depth + 1);
        }
        close('}', first, depth);
    }

    private void appendArray(JsonArray array, int depth) {
        text.append('[');
        boolean first = true;
        for (JsonValue item : array.items()) {
            if (isFull()) {
                break;
            }
            separate(first, depth + 1);
            first = false;
            append(item, depth + 1);
        }
        close(']', first, depth);
    }

    private void separate(boolean first, int depth) {
        if (indent == ONE_LINE) {
            text.append(first ? "" : ", ");
        } else {
            text.append(first ? "\n" : ",\n").append(" ".repeat(indent * depth));
        }
    }

    private void close(char bracket, boolean empty, int depth) {
        if (!empty && indent != ONE_LINE) {
            text.append('\n').append(" ".repeat(indent * depth));
        }
        text.append(bracket);
    }

    private void appendString(String string) {
        text.append('"');
        for (int i = 0; i < string.length() && !isFull(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> appendCharacter(string, i, c);
            }
        }
        text.append('"');
    }

    private void appendCharacter(String string, int i, char c) {
        boolean plain = c >= ' ' && c <= '~';
        if (plain || (!ascii && isPrintable(string, i, c))) {
            text.append(c);
            return;
        }
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((c >> shift) & 0xF, 16));
        }
    }

    private static boolean isPrintable(String string, int i, char c) {
        if (Character.isHighSurrogate(c)) {
            return i + 1 < string.length() && Character.isLowSurrogate(string.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(string.charAt(i - 1));
        }
        return !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
    }
}
