package io.rezarr.cli;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.rechunk.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a run may take of the machine's memory. */
class MemoryLimit {
    private static final long MAX_DEFAULT_BYTES = 4L << 30;
    /** Kept free of the heap when the JVM was not started by the launcher, which names the budget it made room for. */
    private static final long HEADROOM_BYTES = 96L << 20;

    @Option(
            names = {"-m", "--max-memory"},
            paramLabel = "SIZE",
            converter = Size.class,
            description = {
                "Memory for data: bytes, or a number with KB, MB, GB, KiB, MiB, GiB.",
                "Default: half of the machine's (or container's), at most 4 GiB."
            })
    private @Nullable Long maxMemory;

    long maxBytes() {
        return maxMemory != null ? maxMemory : defaultBytes();
    }

    private static long defaultBytes() {
        long launchers = Long.getLong("rezarr.maxMemory", 0);
        if (launchers > 0) {
            return launchers;
        }
        long heap = Runtime.getRuntime().maxMemory();
        return Math.min(MAX_DEFAULT_BYTES, Math.max(heap - HEADROOM_BYTES, heap / 2));
    }

    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return ByteSize.parse(text, "--max-memory");
            } catch (InvalidRequestException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
