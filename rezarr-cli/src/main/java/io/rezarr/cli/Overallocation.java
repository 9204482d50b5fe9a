package io.rezarr.cli;

import io.rezarr.rechunk.ByteSize;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes native memory that no budget knows of, when a system property asks for it: so the tests of peak memory show that they would notice.
 */
final class Overallocation {
    private static final String PROPERTY = "rezarr.test.overallocate";

    @SuppressWarnings("unused") // only held, so that it is not given back
    private static @Nullable ByteBuffer held;

    private Overallocation() {}

    static void takeIfAsked() {
        String size = System.getProperty(PROPERTY);
        if (size != null) {
            // It is filled with zeros, so all of it becomes resident.
            held = ByteBuffer.allocateDirect(Math.toIntExact(ByteSize.parse(size, PROPERTY)));
        }
    }
}
