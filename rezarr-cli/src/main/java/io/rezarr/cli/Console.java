package io.rezarr.cli;

import io.rezarr.json.Json;
import io.rezarr.json.JsonValue;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where a command writes: results to {@code out}, everything else to {@code err}. Text from stores (names, keys, values) is hostile: control
 * characters are shown as escapes, never sent to the terminal.
 *
 * @param terminal whether {@code err} is one
 * @param columns of the terminal
 */
record Console(PrintStream out, PrintStream err, boolean terminal, int columns) {
    private static final int JSON_INDENT = 2;

    void result(String line) {
        out.println(printable(line));
    }

    void results(List<String> lines) {
        lines.forEach(this::result);
    }

    void result(JsonValue document) {
        ByteBuffer utf8 = Json.write(document, JSON_INDENT);
        byte[] bytes = new byte[utf8.remaining()];
        utf8.get(bytes);
        out.write(bytes, 0, bytes.length);
        if (bytes.length == 0 || bytes[bytes.length - 1] != '\n') {
            out.write('\n');
        }
    }

    /** A line for people, with the program's name in front. */
    void message(String text) {
        err.println("rezarr: " + printable(text));
        err.flush();
    }

    void flush() {
        out.flush();
        err.flush();
    }

    /** The text on one line, control characters as {@code \n} or {@code \}{@code u001b}. */
    static String printable(String text) {
        if (text.chars().noneMatch(Console::isControl)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                safe.append("\\n");
            } else if (isControl(c)) {
                safe.append("\\u%04x".formatted((int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    private static boolean isControl(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }
}
