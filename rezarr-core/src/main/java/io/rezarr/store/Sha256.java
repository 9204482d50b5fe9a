package io.rezarr.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The hash of which fingerprints and digests are made. */
public final class Sha256 {
    private Sha256() {}

    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Adds a value and its name.
     *
     * @param value the remaining bytes; its position is not changed. {@code null}: it is absent, which is told from an empty one
     */
    public static void add(MessageDigest digest, String name, @Nullable ByteBuffer value) {
        // The length keeps two neighbours apart: no other split of the same bytes gives the same stream.
        String header = name + " " + (value == null ? -1 : value.remaining()) + "\n";
        digest.update(header.getBytes(StandardCharsets.UTF_8));
        if (value != null) {
            digest.update(value.duplicate());
        }
    }

    /** What was added, in 64 hexadecimal digits; the digest begins anew. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of a text in UTF-8. */
    public static String hex(String text) {
        MessageDigest digest = start();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return hex(digest);
    }
}
