package io.rezarr.rechunk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk that forgets: one bit of a file changes between the writing and the verifying. */
record WrongWrite(Path file) implements RechunkListener {
    @Override
    public void phase(Phase phase, String path, int index, int arrays) {
        if (phase != Phase.VERIFY || !Files.exists(file)) {
            return;
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
